"""The one exception that reaches the user as a sentence instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something the user, the configuration or the machine has to mend; the command ends with exit code 2.

    The message is Chinese and complete: what is wrong with which value, what is allowed, what to do.
    Lower floors raise it (or a subclass); only the command line and the desk turn it into output.
    """
