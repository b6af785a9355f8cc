"""Chat over the openai package, without the I/O: arguments, responses, errors, long chats."""
