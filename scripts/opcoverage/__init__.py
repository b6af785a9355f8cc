"""What each operation of the contract has: calls, tests on both twins, documentation."""
