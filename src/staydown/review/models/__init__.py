"""The desk's tables. Private to ``review``: everything else goes through ``api``.

No picture and no address of a person is kept here. Fingerprints of an upload are, sealed, while its
item waits or isn't NCII (``ItemMark``), and where the desk looks back (``KeptUpload``). Those that
banks hand out are sealed too; keys of banks lie in files; keys of the platform are hashed.
"""

from staydown.review.models.audit import *  # noqa: F403
from staydown.review.models.banks import *  # noqa: F403
from staydown.review.models.catalogue import *  # noqa: F403
from staydown.review.models.entries import *  # noqa: F403
from staydown.review.models.queue import *  # noqa: F403
