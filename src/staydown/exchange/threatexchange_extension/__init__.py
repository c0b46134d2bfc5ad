"""A threatexchange extension: an exchange that honours withdrawals.

For platforms that run Meta's ``threatexchange`` command or Hasher-Matcher-Actioner. The StopNCII
exchange that ships with threatexchange (up to 1.2.17) looks for the word "Withdrawn" in the hash
instead of in the status, so that a withdrawn hash is matched for ever. This one looks at the
status. Load it by the name of this module::

    threatexchange config extensions add staydown.exchange.threatexchange_extension

It needs nothing but threatexchange itself.
"""

from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

from staydown.exchange.threatexchange_extension.exchange import (
    StaydownBankCredentials,
    StaydownBankSignalExchangeAPI,
)

TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(StaydownBankSignalExchangeAPI,))

__all__ = ["TX_MANIFEST", "StaydownBankCredentials", "StaydownBankSignalExchangeAPI"]
