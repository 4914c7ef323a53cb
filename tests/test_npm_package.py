"""The npm package of the browser's library, as somebody gets it who installs it."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.edge.ws.asyncapi import asyncapi_document
from tests.npm import MODULES, ROOT, node_modules

if TYPE_CHECKING:
    from pathlib import Path

PACKAGING = ROOT / "client_demo" / "packaging"
LIBRARY = ROOT / "client_demo" / "library"
PAGE = (ROOT / "docs" / "client.md").read_text()

RIGHT = """
import { RoomConnection, type MessageOf } from "@fullhouse/client";
const waiting = (message: MessageOf<"waiting">): [number, number] | null => message.estimate_s;
const connection = new RoomConnection({ token: () => "" });
connection.addEventListener("message", ({ detail }) => {
  if (detail.type === "waiting") waiting(detail);
});
const bar = document.querySelector("fullhouse-host-bar");
bar?.addEventListener("fullhouse-buy", ({ detail }) => detail.offer.due_now.amount);
addEventListener("fullhouse-place", ({ detail }) => detail.momentAt);
"""
WRONG = {
    "a field of another message": 'connection.addEventListener("message", ({ detail }) => '
    'detail.type === "seated" && detail.ahead);',
    "a type that no message has": 'const m: MessageOf<"dance"> = null!;',
    "a field of another event": 'bar?.addEventListener("fullhouse-buy", '
    "({ detail }) => detail.momentAt);",
    "a property that the element has not": "bar!.place;",
}


def run(*command: object, cwd: Path = ROOT, text: str | None = None) -> str:
    """What the command says; it has to succeed."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, packed."""
    node_modules()
    folder = tmp_path_factory.mktemp("npm")
    run("node", PACKAGING / "build.mjs", folder / "package")
    run(
        "npm",
        "pack",
        "--silent",
        "--ignore-scripts",
        "--pack-destination",
        folder,
        cwd=folder / "package",
    )
    return next(folder.glob("*.tgz"))


@pytest.fixture(scope="module")
def project(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has installed it."""
    folder = tmp_path_factory.mktemp("project")
    scope = folder / "node_modules" / "@fullhouse"
    scope.mkdir(parents=True)
    with tarfile.open(tarball) as packed:
        packed.extractall(scope, filter="data")
    (scope / "package").rename(scope / "client")
    for name in ("react", "react-dom", "scheduler", "@types", "csstype"):
        (folder / "node_modules" / name).symlink_to(MODULES / name)
    (folder / "package.json").write_text('{"type": "module"}')
    options = {"strict": True, "noEmit": True, "target": "es2022", "module": "nodenext"}
    more = {"jsx": "react-jsx", "lib": ["es2023", "dom"], "types": [], "skipLibCheck": False}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options | more}))
    return folder


def checked(project: Path) -> str:
    """What the compiler says of the project. Empty: nothing."""
    done = subprocess.run(
        [MODULES / ".bin" / "tsc"], cwd=project, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_the_types_of_messages_are_those_of_the_server() -> None:
    node_modules()

    made = run("node", PACKAGING / "messages.mjs", text=json.dumps(asyncapi_document()))

    assert made == (LIBRARY / "messages.d.ts").read_text(), "run `make types`"


def test_the_package_has_no_problem_of_packaging(tarball: Path) -> None:
    run(MODULES / ".bin" / "publint", "run", tarball, "--strict")
    run(MODULES / ".bin" / "attw", tarball, "--profile", "esm-only")


def test_the_package_has_the_version_of_the_server() -> None:
    assert json.loads((LIBRARY / "package.json").read_text())["version"] == version("fullhouse")


def test_the_types_take_what_is_right_and_nothing_else(project: Path) -> None:
    for number, wrong in enumerate(WRONG.values()):
        (project / f"wrong{number}.ts").write_text(RIGHT + wrong)
    (project / "right.ts").write_text(RIGHT)

    told = checked(project)

    files = set(re.findall(r"^([\w.]+)\(", told, re.MULTILINE))
    assert files == {f"wrong{number}.ts" for number in range(len(WRONG))}, told
    for file in project.glob("*.ts"):
        file.unlink()


def test_the_examples_of_the_page_have_the_right_types(project: Path) -> None:
    for kind in ("ts", "tsx"):
        (example,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        (project / f"example.{kind}").write_text(example)

    assert checked(project) == ""


def test_a_server_renders_the_react_components_without_a_browser(project: Path) -> None:
    program = """
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { HostBar, WaitingRoom } from "@fullhouse/client/react";
const slot = h("p", { slot: "waiting" }, "Soon");
const props = { server: "/seats", tokenUrl: "/t", onPlace() {} };
console.log(renderToString(h(WaitingRoom, props, slot)));
console.log(renderToString(h(HostBar, { buyUrl: "/buy/{plan}", token: async () => "" })));
"""
    (project / "render.mjs").write_text(program)

    waiting_room, host_bar = run("node", "render.mjs", cwd=project).splitlines()

    assert waiting_room == (
        '<fullhouse-waiting-room server="/seats" token-url="/t"><p slot="waiting">Soon</p>'
        "</fullhouse-waiting-room>"
    )
    assert host_bar == '<fullhouse-host-bar buy-url="/buy/{plan}"></fullhouse-host-bar>'


def test_the_manifest_describes_what_the_page_does(tarball: Path) -> None:
    with tarfile.open(tarball) as packed:
        file = packed.extractfile("package/custom-elements.json")
        assert file is not None
        manifest: dict[str, Any] = json.load(file)

    elements = [each for module in manifest["modules"] for each in module["declarations"]]
    assert {each["tagName"] for each in elements} == {
        "fullhouse-waiting-room",
        "fullhouse-host-bar",
    }
    for element in elements:
        names = [each["name"] for kind in ("attributes", "events") for each in element[kind]]
        names += [each["name"] for kind in ("slots",) for each in element.get(kind, ())]
        names += [each["name"] for each in element["cssProperties"]]
        assert [name for name in names if f"`{name}`" not in PAGE] == []
