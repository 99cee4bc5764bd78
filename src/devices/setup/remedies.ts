// What to type when something is missing, by the package manager of this computer.

export type Tool = 'npm' | 'compiler' | 'make' | 'python' | 'opencv' | 'pkg-config';

export type PackageManager = 'apt' | 'dnf' | 'pacman' | 'zypper' | 'apk' | 'brew' | 'choco';

const PACKAGES: Readonly<Record<PackageManager, Readonly<Record<Tool, readonly string[]>>>> = {
  apt: {
    npm: ['npm'],
    compiler: ['g++'],
    make: ['make'],
    python: ['python3'],
    opencv: ['libopencv-dev'],
    'pkg-config': ['pkg-config'],
  },
  dnf: {
    npm: ['nodejs-npm'],
    compiler: ['gcc-c++'],
    make: ['make'],
    python: ['python3'],
    opencv: ['opencv-devel'],
    'pkg-config': ['pkgconf-pkg-config'],
  },
  pacman: {
    npm: ['npm'],
    compiler: ['gcc'],
    make: ['make'],
    python: ['python'],
    opencv: ['opencv', 'vtk', 'hdf5'],
    'pkg-config': ['pkgconf'],
  },
  zypper: {
    npm: ['npm'],
    compiler: ['gcc-c++'],
    make: ['make'],
    python: ['python3'],
    opencv: ['opencv-devel'],
    'pkg-config': ['pkg-config'],
  },
  apk: {
    npm: ['npm'],
    compiler: ['g++'],
    make: ['make'],
    python: ['python3'],
    opencv: ['opencv-dev'],
    'pkg-config': ['pkgconf'],
  },
  brew: {
    npm: ['node'],
    compiler: [],
    make: [],
    python: ['python3'],
    opencv: ['opencv'],
    'pkg-config': ['pkgconf'],
  },
  choco: {
    npm: ['nodejs'],
    compiler: ['visualstudio2022-workload-vctools'],
    make: [],
    python: ['python'],
    opencv: ['opencv'],
    'pkg-config': [],
  },
};

const COMMANDS: Readonly<Record<PackageManager, string>> = {
  apt: 'sudo apt install',
  dnf: 'sudo dnf install',
  pacman: 'sudo pacman -S',
  zypper: 'sudo zypper install',
  apk: 'sudo apk add',
  brew: 'brew install',
  choco: 'choco install',
};

const PROGRAMS = [
  ['apt-get', 'apt'],
  ['dnf', 'dnf'],
  ['pacman', 'pacman'],
  ['zypper', 'zypper'],
  ['apk', 'apk'],
] as const;

/** @param has whether there is a program of that name */
export function packageManager(platform: NodeJS.Platform, has: (program: string) => boolean): PackageManager {
  if (platform === 'darwin') return 'brew';
  if (platform === 'win32') return 'choco';
  return PROGRAMS.find(([program]) => has(program))?.[1] ?? 'apt';
}

/** Lines to type, all that is missing at once. */
export function remedyLines(manager: PackageManager, missing: readonly Tool[]): string[] {
  const packages = [...new Set(missing.flatMap((tool) => PACKAGES[manager][tool]))];
  const lines = packages.length === 0 ? [] : [`${COMMANDS[manager]} ${packages.join(' ')}`];
  const wantsXcode = manager === 'brew' && missing.some((tool) => tool === 'compiler' || tool === 'make');
  return wantsXcode ? ['xcode-select --install', ...lines] : lines;
}
