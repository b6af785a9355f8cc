"""Response content: facts about the inputs, and samples that conform to a JSON schema."""
