"""What every table and kernel agrees on: the calendar, and the axes of arrays (domains, mobility classes, actors)."""

WEEKS_PER_YEAR = 52
"""A tick is a week; a year of rates and of summaries has this many."""
MONTHS_PER_YEAR = 12
DAYS_PER_WEEK = 7
HOURS_PER_DAY = 24

DOMAINS = (
    "school",
    "medical",
    "travel",
    "safety",
    "convenience",
    "elder_care",
    "environment",
    "property",
    "culture",
    "community_service",
)
"""The ten domains of satisfaction, in the order of every array with a domain axis."""

N_DOMAINS = len(DOMAINS)
SCHOOL, MEDICAL, TRAVEL, SAFETY, CONVENIENCE, ELDER, ENVIRONMENT, PROPERTY, CULTURE, SERVICE = range(N_DOMAINS)
"""Index of each domain."""

N_MOBILITY = 3
DAYTIME, COMMUTER, SLOW = range(N_MOBILITY)
"""Mobility classes (free in the daytime, commuter, slow walker), in the order of every array with a mobility axis."""

N_ACTORS = 4
TRUST_FIRM, TRUST_COMMITTEE, TRUST_STREET, TRUST_NEIGHBOURS = range(N_ACTORS)
"""Whom residents trust, in the order of the rows of `trust`."""

DOMAIN_LABELS = {
    "school": ("上学", "schooling"),
    "medical": ("就医", "medical care"),
    "travel": ("出行停车", "travel and parking"),
    "safety": ("治安秩序", "safety and order"),
    "convenience": ("便民服务", "everyday services"),
    "elder_care": ("养老", "elder care"),
    "environment": ("环境与垃圾", "environment and waste"),
    "property": ("物业", "property management"),
    "culture": ("文体社会心理", "culture and social life"),
    "community_service": ("社区服务", "community services"),
}
