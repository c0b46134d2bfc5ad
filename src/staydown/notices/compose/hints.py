"""How to supply what is missing, in plain words."""

from types import MappingProxyType

from staydown.notices.words import Element

E = Element

#: By element, and by four words of our own: "age", "not_under_18", "leave", "depicted".
HOW = MappingProxyType(
    {
        E.CLAIMANT_NAME: "Write the name that the letter goes out under.",
        E.CLAIMANT_EMAIL: "Give an e-mail address that is safe for you. It may be a new one.",
        E.CONTACT: "Give one way to reach you that is safe. It need not be your home or your own.",
        E.SIGNATURE: "Type a name as a signature, such as /s/ A. B.",
        E.CONTENT_URL: "Give the exact address of each item.",
        E.CONTENT_LOCATION_INFO: "Give the address of each item, or say how it can be found: the "
        "channel, the account, the message, the time.",
        E.CONTENT_DESCRIPTION: "Say in a few neutral words what the item is, such as “a photograph"
        " of a person without clothes”. No more is needed.",
        E.IDENTIFICATION_OF_DEPICTED_PERSON: "Say whether you are the person shown, or write for "
        "that person.",
        E.NON_CONSENT_STATEMENT: "Tick that it was shown without consent, if that is so.",
        E.NON_CONSENT_RELEVANT_INFORMATION: "Choose or write what shows that there was no consent."
        " One short sentence is enough.",
        E.GOOD_FAITH_STATEMENT: "Tick that you believe this in good faith, if you do.",
        E.ACCURACY_STATEMENT: "Tick that what you write is accurate, if it is.",
        E.PERJURY_STATEMENT: "Tick the statement under penalty of perjury only if every word of "
        "it is true. Think of another way if you are not sure.",
        E.AUTHORITY_TO_ACT: "Say whether you write for yourself or for somebody else.",
        E.EXPLANATION_OF_ILLEGALITY: "Tick that it was shown without consent, or write why it is "
        "against the law.",
        E.DECLARES_INTIMATE_IMAGE: "Tick that it is an intimate image, if it is.",
        E.COPYRIGHTED_WORK_IDENTIFICATION: "Say which work it is, such as “a photograph that I "
        "took of myself”. Do not attach it.",
        E.PRIOR_REPORT_TO_PLATFORM: "Say when, and how, the service was asked before.",
        E.SEARCH_QUERY: "Write for each item the words of the search that finds it, mostly a name.",
        E.LEGAL_GROUND: "Tick that it was shown without consent, or name the ground in the law.",
        E.CIRCUMSTANCES_OF_DISTRIBUTION: "Say in a few sentences when, where and how it was shown."
        " Leave out why it was made.",
        E.VULNERABILITY_STATEMENT: "Tick that the person is in a vulnerable position, if that is "
        "so. You need not say why.",
        E.CRIMINAL_CHARGE_REFERENCE: "Give the reference that the police gave you.",
        "age": "Say whether anyone in it was under 18 when it was made.",
        "not_under_18": "Somebody in it may be under 18: write no letter and copy nothing. "
        "A hotline for this takes over; see the list for your country.",
        "leave": "Write for somebody only with that person's leave. Tick that you have it. No "
        "paper is needed.",
        "depicted": "Say how the letter should call the person. A role or initials will do.",
    }
)
