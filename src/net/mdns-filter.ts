// Which packets on port 5353 are worth decoding. The library's cost grows with the square of the records in a packet,
// and a LAN is full of mDNS that is none of our business: both are stopped here, by looks at the raw bytes.

import { isOnLocalSubnet, type LocalAddress } from '../base/ip-address.ts';
import { SERVICE_TYPE } from './mdns-record.ts';
import { isResponse } from './mdns-socket.ts';

/** A node's own announcement takes about 400 bytes. */
export const LONGEST_PACKET_BYTES = 4096;
export const MOST_RECORDS = 64;
const HEADER_BYTES = 12;

export interface MdnsFilterParts {
  readonly instanceId: string;
  /** Addresses of the interface that the packets should have come through. */
  readonly local: readonly LocalAddress[];
}

/** Linux hands a multicast to every socket on the port, whichever interface it joined on: the source decides. */
export function concernsUs(message: Buffer, sourceAddress: string, parts: MdnsFilterParts): boolean {
  if (message.length < HEADER_BYTES || message.length > LONGEST_PACKET_BYTES) return false;
  let records = 0;
  for (let offset = 4; offset < HEADER_BYTES; offset += 2) records += message.readUInt16BE(offset);
  if (records > MOST_RECORDS) return false;
  const ofOurType = message.includes(`_${SERVICE_TYPE}`);
  const namesUs = message.includes(parts.instanceId);
  const wanted = isResponse(message) ? ofOurType && !namesUs : ofOurType || namesUs || message.includes('_dns-sd');
  return wanted && isOnLocalSubnet(sourceAddress, parts.local);
}
