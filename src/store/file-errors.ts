// Why the file system refused something, for programs and in words.

/** The `code` of an error of the file system, else an empty text. */
export function errorCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why the file system refused, in words that end a sentence. */
export function reasonOf(error: unknown): string {
  const code = errorCodeOf(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'this user has no permission to read and write there';
    case 'ENOTDIR':
      return 'a part of the path is a file, not a folder';
    case 'EEXIST':
      return 'there is a file of that name';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'ENAMETOOLONG':
      return 'the path is too long';
    case 'ENOENT':
      return 'it does not exist';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return code === '' ? 'the system refused it' : `the system answered ${code}`;
  }
}
