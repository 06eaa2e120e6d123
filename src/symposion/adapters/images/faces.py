"""Parts of drawn portraits: colours, and shapes on a canvas of 120 by 150.

All shapes are our own. Colours go from one end of the range of people to the other, in even steps.
"""

SKINS = (
    ("#f6d9c4", "#e5bda3"),
    ("#efc7a4", "#d9a883"),
    ("#e0ac7e", "#c68d60"),
    ("#c98f5f", "#ad7548"),
    ("#a86f43", "#8d5932"),
    ("#855232", "#6c4026"),
    ("#633b25", "#4e2d1b"),
)
"""Face and its shade."""

HAIRS = ("#1d1a1c", "#33251f", "#513526", "#7a5230", "#a8763e", "#c9a25c", "#8f3f28")
GREYS = ("#8d8f94", "#b9bbbf", "#dcdcda")

BACKGROUNDS = (
    "#dfe8ee", "#e9e2d6", "#dce9df", "#eadfe6", "#e3e1f0", "#f0e4d8", "#d8e6e8", "#ece9d8",
)  # fmt: skip
CLOTHES = (
    "#2f4858", "#5b4b6b", "#7a3e3a", "#3d5a45", "#8a6a3b", "#41506e", "#6b6f76", "#a3594a",
    "#2d6a6a", "#4a3a35",
)  # fmt: skip
SHIRTS = ("#f5f3ee", "#dfe7ef", "#f1e3d3", "#e4ece2")

BACK_HAIR = {
    "bob": '<path d="M29 62C27 28 44 18 60 18s33 10 31 44l3 33c-9 5-59 5-68 0z" fill="{h}"/>',
    "long": '<path d="M28 62C26 27 44 17 60 17s34 10 32 45c0 22 5 40 7 56-16 7-62 7-78 0 '
    '2-16 7-34 7-56z" fill="{h}"/>',
    "waves": '<path d="M29 58C27 27 44 17 60 17s33 10 31 41c7 8 1 15 5 22 5 9-2 16 1 25-13 6-61 '
    '6-74 0 3-9-4-16 1-25 4-7-2-14 5-22z" fill="{h}"/>',
    "afro": '<circle cx="60" cy="50" r="42" fill="{h}"/>',
    "bun": '<circle cx="60" cy="15" r="12" fill="{h}"/>',
    "scarf": '<path d="M28 60C27 26 44 16 60 16s33 10 32 44c0 18 3 30 8 44-18 12-62 12-80 0 5-14 '
    '8-26 8-44z" fill="{c2}"/>',
}
"""What is behind the head."""

FRONT_HAIR = {
    "short": '<path d="M33 60c-3-27 9-40 28-40 18 0 29 14 26 40-3-8-5-14-8-19-10 3-26 3-37-2'
    '-4 5-7 12-9 21z" fill="{h}"/>',
    "parted": '<path d="M33 62c-4-30 10-43 29-43 17 0 29 13 25 43-2-10-6-17-11-22-9 1-21-2-28-8'
    '-5 8-12 15-15 30z" fill="{h}"/>',
    "swept": '<path d="M34 56c-4-24 8-38 30-37 20 0 26 16 22 39-1-9-3-15-7-20-14 4-30 2-38-1'
    '-4 5-6 11-7 19z" fill="{h}"/>',
    "cropped": '<path d="M34 54c-1-22 9-33 26-33s27 11 26 33c-4-13-9-18-26-18s-22 5-26 18z" '
    'fill="{h}"/>',
    "receding": '<path d="M33 64c-3-13-1-23 5-30-1 8 0 12-1 17-2 3-3 8-4 13zm54 0c3-13 1-23-5-30 '
    '1 8 0 12 1 17 2 3 3 8 4 13z" fill="{h}"/>',
    "curly": '<g fill="{h}"><circle cx="38" cy="43" r="9"/><circle cx="46" cy="32" r="10"/>'
    '<circle cx="60" cy="28" r="11"/><circle cx="74" cy="32" r="10"/><circle cx="82" cy="43" '
    'r="9"/></g>',
    "fringe": '<path d="M33 61c-4-29 9-42 27-42s31 13 27 42c-2-7-3-11-5-14-12 2-33 2-44 0-2 3-3 '
    '7-5 14z" fill="{h}"/>',
    "middle": '<path d="M33 66c-5-32 9-47 27-47s32 15 27 47c-2-14-10-27-27-37-17 10-25 23-27 37z" '
    'fill="{h}"/>',
    "bald": "",
    "scarf": '<path d="M32 66c-5-33 9-48 28-48s33 15 28 48c-1-17-8-31-28-31S33 49 32 66z" '
    'fill="{c2}"/><path d="M34 58c2-14 9-24 26-24s24 10 26 24c-3-11-10-19-26-19s-23 8-26 19z" '
    'fill="#000" fill-opacity=".12"/>',
    "turban": '<path d="M31 50c-3-24 10-37 29-37s32 13 29 37c-8-9-18-12-29-12s-21 3-29 12z" '
    'fill="{c2}"/><path d="M33 46c8-16 20-25 36-29M87 46C79 32 69 26 57 22" fill="none" '
    'stroke="#000" stroke-opacity=".18" stroke-width="2"/>',
}
"""What is before the forehead."""

STYLES = (
    ("", "short"), ("", "parted"), ("", "swept"), ("", "cropped"), ("", "curly"),
    ("", "receding"), ("", "bald"), ("bob", "fringe"), ("bob", "parted"), ("long", "middle"),
    ("long", "swept"), ("waves", "middle"), ("waves", "parted"), ("afro", "cropped"),
    ("bun", "middle"), ("bun", "short"), ("scarf", "scarf"), ("", "turban"),
)  # fmt: skip
"""Back and front of the hair, as they go together."""

BEARDABLE = {"short", "parted", "swept", "cropped", "curly", "receding", "bald", "turban"}
"""Fronts under which a beard looks right, when nothing is behind the head."""

BEARDS = (
    '<path d="M35 70c0 28 12 38 25 38s25-10 25-38c-3 11-7 14-12 14-4-3-22-3-26 0-5 0-9-3-12-14z" '
    'fill="{h}"/>',
    '<path d="M49 84c3-5 19-5 22 0-3 1-6 1-11 1s-8 0-11-1z" fill="{h}"/>',
    '<path d="M36 76c2 22 12 30 24 30s22-8 24-30c-4 9-8 9-12 8-5-3-19-3-24 0-4 1-8 1-12-8z" '
    'fill="{h}" fill-opacity=".55"/>',
)

EYES = (
    '<ellipse cx="49" cy="65" rx="2.7" ry="3.2"/><ellipse cx="71" cy="65" rx="2.7" ry="3.2"/>',
    '<circle cx="49" cy="65" r="2.6"/><circle cx="71" cy="65" r="2.6"/><path d="M45 62.500c2-2 '
    '6-2 8 0m14 0c2-2 6-2 8 0" fill="none" stroke="#2a211d" stroke-width="1.200"/>',
    '<path d="M45 65c2-3 6-3 8 0-2 2-6 2-8 0zm22 0c2-3 6-3 8 0-2 2-6 2-8 0z"/>',
)
BROWS = ("M43 57c3-3 9-3 12-1m10 0c3-2 9-2 12 1", "M43 56h12m10 0h12", "M43 58l11-3m12 0l11 3")
NOSES = (
    "M60 67c-1 4-3 7-3 9 2 1 4 1 6 0",
    "M59 68l-3 8c2 2 6 2 8 0",
    "M61 67c1 4 3 7 2 9-2 1-4 1-6 0",
)
MOUTHS = (
    "M51 87c5 5 13 5 18 0",
    "M52 88c5 3 11 3 16 0",
    "M52 88c6 1 11 0 16-2",
    "M50 86c6 7 14 7 20 0-6 2-14 2-20 0z",
)
GLASSES = (
    '<g fill="none" stroke="#2d2b2f" stroke-width="1.800"><circle cx="49" cy="65" r="8"/><circle '
    'cx="71" cy="65" r="8"/><path d="M57 64c2-1 4-1 6 0M41 64l-6-2m44 2l6-2"/></g>',
    '<g fill="none" stroke="#3a3436" stroke-width="1.800"><rect x="40" y="59" width="17" '
    'height="12" rx="3"/><rect x="63" y="59" width="17" height="12" rx="3"/><path d="M57 64h6'
    'M40 63l-5-1m45 1l5-1"/></g>',
)
LINES = (
    '<path d="M42 76c1 3 1 5 3 7m33-7c-1 3-1 5-3 7M50 46c6-2 14-2 20 0M41 70c2 1 4 1 6 1m26 0c2 '
    '0 4 0 6-1" fill="none" stroke="{k2}" stroke-width="1.300"/>'
)
"""What years leave in a face."""

DRESS = (
    '<path d="M10 150c1-27 20-37 38-40l12 8 12-8c18 3 37 13 38 40z" fill="{c}"/>',
    '<path d="M10 150c1-27 20-37 38-40l12 14 12-14c18 3 37 13 38 40z" fill="{c}"/><path d="M48 '
    '110l12 40 12-40-12 12z" fill="{s}"/><path d="M48 110l-6 10 18 30zm24 0l6 10-18 30z" '
    'fill="#000" fill-opacity=".18"/>',
    '<path d="M10 150c1-27 20-37 38-40 4 6 20 6 24 0 18 3 37 13 38 40z" fill="{c}"/><path d="M46 '
    '110c5 9 23 9 28 0l-3-4c-4 6-18 6-22 0z" fill="#000" fill-opacity=".2"/>',
    '<path d="M10 150c1-27 20-37 38-40l12 12 12-12c18 3 37 13 38 40z" fill="{s}"/><path d="M47 '
    '110l13 12-9 9-9-17zm26 0l-13 12 9 9 9-17z" fill="{c}"/>',
    '<path d="M10 150c1-27 20-37 38-40l12 14 12-14c18 3 37 13 38 40z" fill="{c}"/><path d="M48 '
    '110l12 40 12-40-12 12z" fill="{s}"/><path d="M57 122h6l3 28H54z" fill="{c2}"/>',
)
