"""The public prices of predictions, as far as they are known; there are none for agents.

They are those of the page "Pricing" of the service's documentation, and only estimate a cost: what
a job has used is in its `usage.credits_used`.
"""

from __future__ import annotations

from vlmrun.types.agent import GenerationConfig

# Credits for a page or an image, by the level of detail.
_BY_DETAIL = {"lo": 1.0, "auto": 2.0, "hi": 4.0}
_MARKDOWN_BY_DETAIL = {"lo": 1.0, "auto": 4.0, "hi": 6.0}
_GROUNDING = 2.0

_TIER_FACTORS = {"auto": 1.0, "default": 1.0, "standard": 1.0, "flex": 0.5, "priority": 1.8}

_MODEL = "vlm-1"
_MARKDOWN = "document.markdown"


def price_of_pages(
    pages: int, domain: str | None, model: str | None, config: GenerationConfig | None
) -> float | None:
    """Return the credits for a prediction from pages or images; None if there is no price.

    Fine-tuned models and skills have other prices.
    """
    config = config or GenerationConfig()
    if domain is None or model not in (None, _MODEL) or config.skills:
        return None
    by_detail = _MARKDOWN_BY_DETAIL if domain == _MARKDOWN else _BY_DETAIL
    each = by_detail[config.detail or "auto"] + (_GROUNDING if config.grounding else 0)
    return pages * each * _TIER_FACTORS[config.service_tier or "standard"]
