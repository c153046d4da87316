"""Writes the prose of files as Markdown with the same line numbers, for Vale.

    extract.py FOLDER PATH...

Each PATH becomes FOLDER/PATH.md. Lines without prose become empty, so that a report
of Vale names the line of the source.
"""

import re
import sys
from pathlib import Path


def markdown(line):
    """Markdown, or a template of Markdown: values become one word, statements vanish."""
    line = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", line)
    return re.sub(r"\{\{.*?\}\}", "value", line)


def rust(line):
    """Comments that fill a line."""
    found = re.match(r"\s*//[/!]?(?: |$)(.*)", line)
    return found[1] if found else ""


def component(line):
    """The texts of a `component.toml`."""
    found = re.match(r'(?:about|why) = "(.*)"$', line)
    return found[1].replace('\\"', '"') if found else ""


def spec(line):
    """The comments of a spec or a profile."""
    found = re.match(r"""(?:[^"'#]|"[^"]*"|'[^']*')*# ?(.*)""", line)
    return found[1] if found else ""


def consequence(line):
    """The texts of the table of consequences or of an engine, as list items."""
    found = re.match(r'(?:about|why|do|meaning|left) += "(.*)"$', line)
    return "- " + found[1].replace('\\"', '"') if found else ""


def help_text(line):
    """The descriptions of a page of help as list items, without usage, options and defaults."""
    if re.match(r"\s*(?:-|\[|Usage:|<|\S+:$)", line):
        found = re.match(r"\s+-.*?\S {2,}(\S.*)", line)
        return f"- {found[1]}" if found else ""
    found = re.match(r"  [a-z]+ {2,}(\S.*)", line)
    return f"- {found[1]}" if found else line.strip()


def message(line):
    """The title and the help of a diagnostic."""
    found = re.match(r"(?:error|warning)\[[^]]*\]: (.*)|\s*= (?:help|note): (.*)", line)
    return (found[1] or found[2]) if found else ""


# By the end of the name; the first match counts.
READERS = {
    "messages.txt": message,
    "consequences.toml": consequence,
    "engine.toml": consequence,
    "component.toml": component,
    ".toml": spec,
    ".md": markdown,
    ".rs": rust,
    ".txt": help_text,
}


def extract(path):
    """The prose of one file; one paragraph per line where each line is a text of its own."""
    reader = next(read for end, read in READERS.items() if path.name.endswith(end))
    return "\n".join(map(reader, path.read_text(encoding="utf-8").split("\n")))


def main(folder, paths):
    for path in map(Path, paths):
        target = Path(folder, f"{path}.md")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(extract(path), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
