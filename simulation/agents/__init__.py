"""Those who serve residents, as Mesa agents: communities, firms, organisations, offices, facilities."""
