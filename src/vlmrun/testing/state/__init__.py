"""What the mock server stores: files, skills, agents, jobs and callbacks."""
