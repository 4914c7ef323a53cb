"""Turns errors that the operator can fix into one line, without a traceback."""

# ruff: noqa: PLC0415  # imported when something is started, so that --help is fast

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from fullhouse.setting_row import SettingsError, variable_of


@contextmanager
def one_line_if_it_cannot_start() -> Iterator[None]:
    """Errors that the operator can fix end the command with one line, without a traceback."""
    from fullhouse.domain.plans import InvalidCatalogue
    from fullhouse.edge.public_keys import InvalidJwks
    from fullhouse.store.connect import InvalidStoreUrl, StoreNotUsable, StoreOutOfReach
    from fullhouse.store.data_dir import DataDirInUse, DataDirNotUsable
    from fullhouse.store.requirements import StoreRefuses

    try:
        yield
    except InvalidCatalogue as error:
        raise click.ClickException(f"{variable_of('plans')}: {error}") from error
    except InvalidJwks as error:
        raise click.ClickException(f"{variable_of('token_jwks')}: {error}") from error
    except InvalidStoreUrl as error:
        raise click.ClickException(f"{variable_of('redis_url')}: {error}") from error
    except (DataDirInUse, DataDirNotUsable) as error:
        raise click.ClickException(f"{variable_of('data_dir')}: {error}") from error
    except (StoreOutOfReach, StoreRefuses) as error:
        raise click.ClickException(f"{error} Check {variable_of('redis_url')}.") from error
    except (SettingsError, StoreNotUsable) as error:
        raise click.ClickException(str(error)) from error
