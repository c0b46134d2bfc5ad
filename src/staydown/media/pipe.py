"""What passes between a process and its decoder child: a length, then so many bytes.

A request is a head (JSON: the task's name) and a body (the file). Two frames of JSON come back:
that the child has begun, then the answer. Nothing is ever unpickled: whoever takes over the child
can lie about the pictures that it is given, and nothing that it sends is run.
"""

import struct

#: Lengths of the head and of the body of a request.
REQUEST = struct.Struct(">IQ")

#: Length of an answer.
ANSWER = struct.Struct(">I")
