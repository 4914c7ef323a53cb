"""Backends of a platform that uses Fullhouse. Each can be run; none is a part of the server."""
