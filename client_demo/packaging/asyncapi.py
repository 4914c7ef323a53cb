"""Prints the AsyncAPI document of the server, from which the types of messages are made."""

from __future__ import annotations

import json
import sys

from fullhouse.edge.ws.asyncapi import asyncapi_document

json.dump(asyncapi_document(), sys.stdout)
