/** What the tests need of the system beside Node: a table of parts, each with its Debian packages and what is skipped without it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { editorIsThere } from '../editor/install.mjs';
import { chromiumPath } from './chromium.mjs';

const PAGES = 'pages (test/client/webview)';
const EDITOR = 'suites in a real editor (test/e2e)';
const PYTHON = 'comparisons with Python peers';

/** `isThere` asks for the thing, not for its package: another one may have brought it. */
const PARTS = [
  {
    name: 'Chromium',
    packages: ['chromium'],
    skips: [PAGES, EDITOR],
    isThere: () => chromiumPath() !== undefined,
  },
  {
    name: 'what builds the editor’s native parts',
    packages: ['g++', 'make', 'pkg-config', 'python3', 'libkrb5-dev', 'libsecret-1-dev'],
    skips: [EDITOR],
    isThere: () => editorIsThere() || buildsEditor(),
  },
  {
    name: 'a C++ compiler (else pip’s zig is tried for TensorFlow’s binding)',
    packages: ['g++'],
    skips: [],
    isThere: () => ['g++', 'c++', 'clang++'].some((compiler) => answers(compiler, '--version')),
  },
  {
    name: 'pip and venv of Python',
    packages: ['python3-venv', 'python3-pip'],
    skips: [PYTHON],
    isThere: () => answers(python(), '-c', 'import venv, ensurepip, pip'),
  },
  {
    name: 'PyTorch 1.13 and dill of the system’s Python',
    packages: ['python3-torch', 'python3-dill'],
    skips: ['comparisons with the oldest PyTorch'],
    isThere: () => answers(python(), '-c', 'import torch, dill'),
  },
];

export function missingParts() {
  return PARTS.filter((part) => !part.isThere());
}

/** Debian's own where there is one: the only Python that sees Debian's packages. */
export function python() {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
}

export function answers(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 120_000 }).status === 0;
}

function buildsEditor() {
  const programs = [
    ['g++', '--version'],
    ['make', '--version'],
    ['python3', '--version'],
    ['pkg-config', '--exists', 'libsecret-1'],
  ];
  return existsSync('/usr/include/gssapi/gssapi.h') && programs.every((call) => answers(...call));
}
