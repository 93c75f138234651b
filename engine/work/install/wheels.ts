/** The Python wheels that an engine is made from: pinned by version, size and hash. Python never runs them. */
import { type EngineFlavour, TENSORFLOW_VERSION } from '../../base/engineHome.js';

export interface Wheel {
  /** The requirement passed to pip. */
  readonly requirement: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const PYTHON = 'cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64'; // any ABI would do: only the libraries are taken

const TENSORFLOW_CPU: Wheel = {
  requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
  file: `tensorflow_cpu-${TENSORFLOW_VERSION}-${PYTHON}.whl`,
  bytes: 214_055_683,
  sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
};

const TENSORFLOW_CUDA: Wheel = {
  requirement: `tensorflow==${TENSORFLOW_VERSION}`,
  file: `tensorflow-${TENSORFLOW_VERSION}-${PYTHON}.whl`,
  bytes: 590_660_880,
  sha256: 'd8798dea8e2281b4a0b569d9c00e7949c0090509be363da271e1ef21828bffae',
};

/** What the extra `and-cuda` in TensorFlow's own metadata pins. */
const NVIDIA: readonly Wheel[] = [
  nvidia(
    'cublas',
    '12.3.4.1',
    412_581_912,
    '9b25b27bd5a5be1cc7e83a7b8004258daa338800798e22986e5b67ee06f0859d',
  ),
  nvidia(
    'cuda-cupti',
    '12.3.101',
    13_978_802,
    '7b984288af7db1faa1e6f1803db075d4350116b72a98d4be0e88d604dc812c0e',
  ),
  nvidia(
    'cuda-nvcc',
    '12.3.107',
    21_955_316,
    'a3344b94f5e89023fa17e0bbf8fb0dd26d5ef6f4091a5aab08f215e4999eac62',
  ),
  nvidia(
    'cuda-nvrtc',
    '12.3.107',
    24_875_439,
    '4db66788a37a234304a0b3203744f9a6c665f48bde65f69a096ae3b5799b5b1d',
  ),
  nvidia(
    'cuda-runtime',
    '12.3.101',
    867_700,
    '04604679ddca6acb96c76a7a9306282cddc16981f92e148e2dfe227078883cda',
  ),
  nvidia(
    'cudnn',
    '8.9.7.29',
    704_741_186,
    'adf4f59ed7a1341103822ed8df6e144f4d47ea8b10d9bf0ea0047ba738fd7b02',
  ),
  nvidia(
    'cufft',
    '11.0.12.1',
    98_790_531,
    '3b2c85d24d7dcc578720fdf39e2823950b5857e85164c3c1dc97184a8a8e0398',
  ),
  nvidia(
    'curand',
    '10.3.4.107',
    56_330_780,
    'd798db82ae445cf1d8bf6af9ca3bd6bb6cc87753c229a441cf8d2597b09332e5',
  ),
  nvidia(
    'cusolver',
    '11.5.4.101',
    125_182_212,
    '783a3279553feaf8e47af12cab1fa769ffd5e644ea876db3dc2252f35f9bf256',
  ),
  nvidia(
    'cusparse',
    '12.2.0.103',
    197_492_558,
    'fe9e17daf406c98c28fbc8bcf785ecd4db301bf02ce626de6aa1046de66f84bd',
  ),
  nvidia('nccl', '2.19.3', 165_987_969, 'a9734707a2c96443331c1e48c717024aa6678a0e2a4cb66b2c364d18cee6b48d'),
  nvidia(
    'nvjitlink',
    '12.3.101',
    20_544_772,
    '64335a8088e2b9d196ae8665430bc6a2b7e6ef2eb877a9c735c804bd4ff6467c',
  ),
];

function nvidia(name: string, version: string, bytes: number, sha256: string): Wheel {
  const project = `nvidia-${name}-cu12`;
  const file = `${project.replaceAll('-', '_')}-${version}-py3-none-manylinux1_x86_64.whl`;
  return { requirement: `${project}==${version}`, file, bytes, sha256 };
}

/** Zig's C++ compiler, for machines without one. */
export const COMPILER_WHEEL: Wheel = {
  requirement: 'ziglang==0.13.0',
  file: 'ziglang-0.13.0-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
  bytes: 80_896_325,
  sha256: '3ce0c9f16547e5d61b32e0d226926e9a2552ef4b91fccf7ab5ea1a623a77824b',
};

/** The parts of an engine before it is built. */
interface EngineParts {
  readonly wheels: readonly Wheel[];
  /** Size of the finished engine, read from the wheels' directories. */
  readonly installedBytes: number;
}

export const ENGINE_PARTS: Readonly<Record<EngineFlavour, EngineParts>> = {
  cpu: { wheels: [TENSORFLOW_CPU], installedBytes: 632e6 },
  cuda12: { wheels: [TENSORFLOW_CUDA, ...NVIDIA], installedBytes: 4.06e9 },
};

export function totalBytes(wheels: readonly Wheel[]): number {
  return wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
}
