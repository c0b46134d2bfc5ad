"""What somebody may say of a case, and of a letter in it."""

#: What somebody may say of a case, and how many letters at least there then are.
CASES: dict[str, dict[str, object]] = {
    "posted in the US": {
        "where": "social_media", "place": "facebook", "stage": "posted", "standing": "depicted",
        "person_country": "US", "taken_by": "depicted_person", "found_by_name": "yes",
        "beside": ["name", "address", "workplace_or_school"],
    },
    "unknown site, India": {
        "where": "porn_site", "site": "https://www.site.example/page?x=1", "stage": "posted",
        "standing": "representative", "person_country": "IN",
    },
    "threat in Italy": {
        "where": "messaging_private", "place": "whatsapp", "stage": "threat_only",
        "standing": "depicted", "person_country": "IT",
    },
    "Uganda": {"where": "social_media", "stage": "posted", "person_country": "UG"},
    "nothing but where": {"where": "dark_web"},
}  # fmt: skip

FILLED = {
    "to": "0", "locations": ["L-01"], "name": "A. B.", "email": "a.b@example.org",
    "contact": "a.b@example.org", "signature": "A. B.", "standing": "depicted",
    "depicted": "A. B.", "authorised": "yes", "states_no_consent": "yes",
    "states_good_faith": "yes", "states_accurate": "yes", "states_intimate": "yes",
    "states_perjury": "yes", "states_vulnerable": "yes", "consent": "distributed_without_consent",
    "circumstances": "It was shown.", "copyrighted_work": "A picture that I took.",
    "each_description": "A photograph.", "each_search_query": "A. B.",
    "prior_report": "Last week, by their form.", "first_sent": "2026-11-01T10:00",
}  # fmt: skip
