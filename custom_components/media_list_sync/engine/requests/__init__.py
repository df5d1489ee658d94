"""From lists to requests on Seerr: read, resolve, plan, apply, report."""
