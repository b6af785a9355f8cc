# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class TableColumnType(str, Enum):
    BOOL = "bool"
    CURRENCY = "currency"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    ENUM = "enum"
    FLOAT = "float"
    INT = "int"
    PERCENTAGE = "percentage"
    STR = "str"
    TIME = "time"
    TIMEDELTA = "timedelta"

    def __str__(self) -> str:
        return str(self.value)
