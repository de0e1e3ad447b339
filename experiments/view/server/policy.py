"""What the page may load and run: its content security policy (CSP level 3)."""

import base64
import hashlib
import re

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def policy(page: str, host: str) -> str:
    """The policy of a page.

    Nothing comes from outside. Scripts are files of this server and those that stand in the page as it was made, known
    by their hash; `unsafe-eval` stays because Vue compiles the templates of widgets in the browser. Styles may be
    written by scripts (`unsafe-inline`), as Vuetify and the widgets do; pictures are data in the page.

    Parameters
    ----------
    page : str
        The HTML that is sent.
    host : str
        Its Host; older browsers do not take 'self' for WebSockets.
    """
    scripts = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in _INLINE.findall(page)}
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", "'unsafe-eval'", *(f"'sha256-{one}'" for one in sorted(scripts))]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())
