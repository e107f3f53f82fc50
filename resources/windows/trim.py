"""What stays out of the frozen program, for every specification that freezes with PyInstaller."""

import re

# Standard library and packages: all network, other window systems, what only developers use. The
# program promises its users to open no socket; without these it cannot.
EXCLUDED = [
    *("_socket", "socket", "_ssl", "ssl", "_hashlib", "_asyncio", "asyncio", "_overlapped"),
    *("http", "urllib.request", "ftplib", "smtplib", "xmlrpc"),
    *("socketserver", "multiprocessing", "_multiprocessing", "concurrent.futures.process"),
    *("PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL"),
    *("PySide6.QtOpenGLWidgets", "PySide6.QtTest", "PySide6.QtSql", "PySide6.QtDBus"),
    *("tkinter", "_tkinter", "unittest", "pydoc", "doctest", "lib2to3", "test", "pdb"),
    *("sqlite3", "_sqlite3", "curses", "ensurepip", "venv", "idlelib"),
    *("numpy", "pandas", "PIL", "setuptools", "pkg_resources", "pytest", "hypothesis"),
    *("lxml.isoschematron", "lxml.objectify", "lxml.html.clean", "lxml.html.diff"),
    *("lxml.html._difflib", "lxml.html.html5parser", "lxml.html._html5builder"),
    # Office files are zipped with deflate; shutil and zipfile do without these at the start.
    *("bz2", "_bz2", "lzma", "_lzma"),
    # Ends the process under Wine 8; `platform` does without it.
    "_wmi",
]

# Files that PySide6's hooks bring along and nothing here loads.
DROPPED = re.compile(
    r"""(?ix)
    opengl32sw | d3dcompiler | (lib)?qt6(network|pdf|qml|quick|virtualkeyboard|opengl|sql|test) |
    lib(crypto|ssl)[-.] |
    plugins[\\/](styles|tls|networkinformation|generic|qmltooling|sqldrivers|virtualkeyboard) |
    plugins[\\/]platforms[\\/](qdirect2d|qminimal|qoffscreen)\.dll |
    plugins[\\/]imageformats[\\/](lib)?q(?!ico|svg) |
    translations[\\/](?!(qtbase|qt)_zh_CN\.qm) |
    pypinyin[\\/]phrases_dict\.json | \.pyi$ | [\\/]py\.typed$ | \.dist-info[\\/]
    """
)
