"""One client a service: what is asked, and what the answers mean. They know no jobs."""
