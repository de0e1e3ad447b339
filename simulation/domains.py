"""The ten domains of satisfaction and the length of a year: what every table and kernel agrees on."""

WEEKS_PER_YEAR = 52
"""A tick is a week; a year of rates and of summaries has this many."""

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
