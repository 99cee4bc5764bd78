// IP addresses as sockets show them, made comparable.

const MAPPED = '::ffff:';

/** Without a zone; IPv4 as IPv4, which a socket for both families shows as mapped. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const zone = address.indexOf('%');
  const plain = zone === -1 ? address : address.slice(0, zone);
  return plain.startsWith(MAPPED) && plain.includes('.') ? plain.slice(MAPPED.length) : plain;
}
