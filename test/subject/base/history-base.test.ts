import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseFromHistory } from '../../../src/subject/base/history-base.ts';
import { image, steps } from './images.ts';

/** Histories as builders really write them; `-` for steps without a layer. The number is that of the base's layers. */
const CASES: [what: string, lines: readonly string[], layers: number | undefined, name?: string][] = [
  [
    'Debian until 2024, classic builder',
    [
      '/bin/sh -c #(nop) ADD file:b4987bca8c4c4c640d6b71dcccfd7172b44771e0f851a47d05c00c2bda7fba65 in / ',
      '- /bin/sh -c #(nop)  CMD ["bash"]',
      '/bin/sh -c apt-get update',
      '/bin/sh -c #(nop) COPY file:1234 in /app/',
      '- /bin/sh -c #(nop)  CMD ["/app/x"]',
    ],
    1,
  ],
  [
    'Debian since, BuildKit',
    [
      "# debian.sh --arch 'amd64' out/ 'bookworm' '@1719187200' ; debuerreotype 0.15",
      'RUN /bin/sh -c apt-get update # buildkit ; buildkit.dockerfile.v0',
      '- WORKDIR /app ; buildkit.dockerfile.v0',
      'COPY . . # buildkit ; buildkit.dockerfile.v0',
    ],
    1,
  ],
  [
    'Alpine, whose shell is started without brackets',
    [
      'ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit ; buildkit.dockerfile.v0',
      '- CMD ["/bin/sh"] ; buildkit.dockerfile.v0',
      'RUN /bin/sh -c apk add nginx # buildkit',
    ],
    1,
  ],
  [
    'Ubuntu until 20.04, whose makers went on after the files',
    [
      '/bin/sh -c #(nop) ADD file:2a90223d9f00d31e31eff6b207c57af4b7d27276195b94bec991457a6998180c in / ',
      '/bin/sh -c [ -z "$(apt-get indextargets)" ]',
      '/bin/sh -c set -xe \t\t&& echo #!/bin/sh > /usr/sbin/policy-rc.d',
      "/bin/sh -c mkdir -p /run/systemd && echo 'docker' > /run/systemd/container",
      '- /bin/sh -c #(nop)  CMD ["/bin/bash"]',
      '/bin/sh -c apt-get update && apt-get install -y curl',
    ],
    4,
  ],
  [
    'Ubuntu since, with labels before the files',
    [
      '- /bin/sh -c #(nop)  ARG RELEASE',
      '- /bin/sh -c #(nop)  LABEL org.opencontainers.image.ref.name=ubuntu',
      '/bin/sh -c #(nop) ADD file:d5da92199726e42da09a6f75a778befb607fe3f79e4afaf7ef5188329b26b386 in / ',
      '- /bin/sh -c #(nop)  CMD ["/bin/bash"]',
      'RUN /bin/sh -c apt-get update # buildkit',
    ],
    1,
  ],
  [
    'a runtime on top counts as the user’s: where it ends is not told',
    [
      "# debian.sh --arch 'amd64' out/ 'bookworm' '@1719187200'",
      '- ENV PATH=/usr/local/bin:/usr/bin',
      'RUN /bin/sh -c set -eux; apt-get update # buildkit',
      'RUN /bin/sh -c wget -O python.tar.xz # buildkit',
      '- CMD ["python3"]',
      'COPY app.py / # buildkit',
    ],
    1,
  ],
  ['an image from docker import', ['- LABEL a=b', ' ; Imported from -', 'RUN /bin/sh -c x # buildkit'], 1],
  ['an image from docker import, first', [' ; Imported from -', '/bin/sh -c #(nop) COPY dir:ab in /app'], 1],
  ['mmdebstrap, called by its name', ['mmdebstrap --variant=minbase bookworm', 'RUN x'], 1],
  ['Fedora and openSUSE', ['KIWI 10.1.10 ; Fedora Container Base', 'RUN dnf install -y x'], 1],
  ['Wolfi', ['apko ; This is an apko single-layer image', 'COPY app /usr/bin/ # buildkit'], 1],
  ['Amazon Linux', ['COPY /rootfs/ / # buildkit', '- CMD ["/bin/bash"]', 'RUN /bin/sh -c dnf install # buildkit'], 1],
  ['Amazon Linux, classic builder', ['/bin/sh -c #(nop) COPY dir:12ab in / ', '/bin/sh -c dnf install'], 1],
  [
    'Distroless with a Dockerfile on top',
    ['bazel build @@debian12//tzdata', 'bazel build //common:passwd', 'COPY /app /app # buildkit'],
    2,
  ],
  ['all of it built by Bazel', ['bazel build @@debian12//tzdata', 'bazel build //app:layer'], undefined],
  [
    'Kaniko',
    [
      '/bin/sh -c #(nop) ADD file:ab in / ',
      '- /bin/sh -c #(nop)  CMD ["bash"]',
      'RUN apt-get update',
      'COPY . /app',
      '- CMD ["x"]',
    ],
    1,
  ],
  [
    'Buildah says what it began with, each time',
    [
      '/bin/sh -c #(nop) ADD file:ab in / ',
      '- /bin/sh -c #(nop)  CMD ["bash"]',
      '/bin/sh -c apt-get install python3 ; FROM docker.io/library/debian:bookworm',
      '- /bin/sh -c #(nop) CMD ["python3"]',
      '/bin/sh -c #(nop) COPY dir:ab in /app ; FROM registry.example/python:3',
      '/bin/sh -c pip install',
    ],
    2,
    'registry.example/python:3',
  ],
  [
    'Buildah with a stage of its own',
    [
      '/bin/sh -c #(nop) ADD file:ab in / ',
      '/bin/sh -c apt-get install python3 ; FROM docker.io/library/debian:bookworm',
      '/bin/sh -c #(nop) COPY dir:ab in /app ; FROM 3f2a8c1d9e7b6a5f4c3d2e1b0a9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a1f',
    ],
    1,
    'docker.io/library/debian:bookworm',
  ],
  [
    'Buildah from nothing',
    ['/bin/sh -c #(nop) COPY file:ab in /x ; FROM scratch', '/bin/sh -c #(nop) COPY file:cd in /y'],
    0,
  ],
  [
    'a program from nothing',
    ['COPY /app /app # buildkit', 'COPY /etc/ssl /etc/ssl # buildkit', '- ENTRYPOINT ["/app"]'],
    0,
  ],
  ['a program put in the root from nothing', ['COPY app / # buildkit', 'COPY conf /etc/ # buildkit'], 0],
  [
    'a file put in the root from nothing, classic',
    ['/bin/sh -c #(nop) COPY file:ab in / ', '/bin/sh -c #(nop) COPY file:cd in /etc/'],
    0,
  ],
  ['a distribution alone', ['/bin/sh -c #(nop) ADD file:ab in / ', '- /bin/sh -c #(nop)  CMD ["bash"]'], undefined],
  [
    'a shell that is said far later is the user’s',
    [
      '/bin/sh -c #(nop) ADD file:ab in / ',
      ...Array.from({ length: 6 }, (_, number) => `RUN step ${number}`),
      '- CMD ["bash"]',
      'RUN last',
    ],
    1,
  ],
  ['a program that is said soon is the user’s', ['ADD rootfs.tar / # buildkit', 'RUN x', '- CMD ["x"]', 'RUN y'], 1],
  ['what --squash has put together', [' ; merge sha256:ab to sha256:cd', 'RUN x'], undefined],
  ['a command in an image that is not told', ['RUN /bin/sh -c x # buildkit', 'COPY a /b # buildkit'], undefined],
  ['nothing', [], undefined],
];

for (const [what, lines, layers, name] of CASES) {
  test(what, () => {
    const history = steps(...lines);
    const count = Math.max(1, history.filter(({ hasLayer }) => hasLayer).length);
    const all = image(Array.from({ length: count }, (_, number) => `l${number}`).join(' '));
    assert.deepEqual(
      baseFromHistory({ history, layers: all.layers }),
      layers === undefined ? undefined : { layers, name },
    );
  });
}

test('layers that a history leaves out are those that were there before', () => {
  const { layers } = image('a b c d');
  assert.deepEqual(baseFromHistory({ history: steps('COPY x /y', 'RUN z'), layers }), { layers: 2, name: undefined });
  assert.deepEqual(baseFromHistory({ history: steps('RUN z ; FROM nix:1'), layers }), { layers: 3, name: 'nix:1' });
});

test('a history of more layers than there are says nothing', () => {
  const { layers } = image('a b');
  assert.equal(baseFromHistory({ history: steps('ADD x.tar / # buildkit', 'RUN x', 'RUN y'), layers }), undefined);
});
