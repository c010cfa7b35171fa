"""Reads what `uv publish` sends."""

import email
import email.policy
import hashlib


def kind_of(files, phase, content_type, body):
    """What an upload is: the kind of answer that it gets, and its file's name."""
    form = email.message_from_bytes(b"Content-Type: " + (content_type or "").encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()} if form.is_multipart() else {}
    texts = {name: (part.get_payload(decode=True) or b"").decode("utf-8", "replace") for name, part in parts.items() if name != "content"}
    filename = parts["content"].get_filename() if "content" in parts else None
    if not (texts.get("name") and texts.get("version") and filename):
        return "incomplete", None
    digest = hashlib.sha256(parts["content"].get_payload(decode=True) or b"").hexdigest()
    claimed = texts.get("sha256_digest", digest).lower()
    present, since = files.get(filename, (None, 0))
    kind = "new" if present is None or since > phase else "same" if present == digest else "other"
    return kind if claimed == digest else "wrong " + kind, filename
