"""What chat over the openai package needs beside sending: forms, errors, long answers. No I/O."""
