"""The state of the mock server: files, skills, agents, jobs and callbacks."""
