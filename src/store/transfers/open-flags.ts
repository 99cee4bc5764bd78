// How files and folders are opened here: never through a link, never waiting for whoever is at the other end of a pipe.

import { constants } from 'node:fs';

// Windows has none of these: there they are left out.
const { O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants as Partial<typeof constants>;
const CAREFUL = (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

export const READ_FILE = constants.O_RDONLY | CAREFUL;
export const WRITE_FILE = constants.O_RDWR | CAREFUL;
export const CREATE_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | CAREFUL;
export const READ_FOLDER = constants.O_RDONLY | (O_DIRECTORY ?? 0) | (O_NOFOLLOW ?? 0);

export const PRIVATE_FOLDER_MODE = 0o700;
