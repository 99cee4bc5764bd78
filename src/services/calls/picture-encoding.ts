// One's own pictures, encoded once for all who can take the same: everybody is in a group by codec and by what their way
// carries, each group has an encoder. One slow receiver is in another group than the quick ones.

import type { Clock } from '../../base/clock.ts';
import type { VideoCodecName, VideoEncoder, VideoFrame } from '../../contracts/video.ts';
import { sharedFrame } from '../../media/video/picture-pool.ts';
import { EncoderGroup } from './encoder-group.ts';
import type { VideoLine } from './video-line.ts';

export interface PictureEncodingOptions {
  readonly clock: Clock;
  readonly open: (codec: VideoCodecName) => Promise<VideoEncoder>;
  /** Undefined: pictures are as they are, whatever size they have. */
  readonly isScaled: boolean;
  /** An encoder died too often: nobody of this codec gets pictures any more. */
  readonly failed: (error: unknown) => void;
}

/** Each costs as much as a picture more. */
export const MOST_GROUPS = 3;

/** What an encoder should do, and for whom. */
interface Plan {
  readonly codec: VideoCodecName;
  readonly step: number;
  readonly pixels: number;
  readonly lines: VideoLine[];
}

export class PictureEncoding {
  readonly #options: PictureEncodingOptions;
  readonly #failedCodecs = new Set<VideoCodecName>();
  #groups: EncoderGroup[] = [];
  #isStopped = false;

  constructor(options: PictureEncodingOptions) {
    this.#options = options;
  }

  get groupCount(): number {
    return this.#groups.length;
  }

  /** Who gets pictures now, or how much their ways carry, is other than it was. */
  regroup(lines: Iterable<VideoLine>): void {
    if (this.#isStopped) return;
    const plans = plansFor([...lines].filter(({ codec }) => codec !== undefined && !this.#failedCodecs.has(codec)));
    const free = new Set(this.#groups);
    this.#groups = plans.map((plan) => {
      const group = closestGroup(free, plan) ?? this.#newGroup(plan.codec);
      free.delete(group);
      group.serve(plan.lines);
      return group;
    });
    for (const group of free) group.close();
  }

  /** Released when it is encoded. */
  frame(frame: VideoFrame): void {
    const shared = sharedFrame(frame, this.#groups.length);
    for (const group of this.#groups) group.frame(shared);
  }

  keyFrameWanted(line: VideoLine): void {
    this.#groups.find((group) => group.lines.has(line))?.wantKeyFrame();
  }

  /** Nothing is shown any more; encoders are free. */
  stop(): void {
    for (const group of this.#groups) group.close();
    this.#groups = [];
  }

  close(): void {
    this.#isStopped = true;
    this.stop();
  }

  #newGroup(codec: VideoCodecName): EncoderGroup {
    const { clock, open, isScaled, failed } = this.#options;
    return new EncoderGroup({
      clock,
      codec,
      open: () => open(codec),
      isScaled,
      failed: (error) => {
        const isNews = !this.#failedCodecs.has(codec);
        this.#failedCodecs.add(codec);
        for (const group of this.#groups) if (group.codec === codec) group.close();
        this.#groups = this.#groups.filter((group) => group.codec !== codec);
        if (isNews) failed(error);
      },
    });
  }
}

function plansFor(lines: readonly VideoLine[]): Plan[] {
  const plans = new Map<string, Plan>();
  for (const line of lines) {
    const { codec, rate } = line;
    if (codec === undefined || rate === undefined) continue;
    const { width, height } = rate.setting;
    const key = `${codec} ${rate.step} ${width}x${height}`;
    const plan = plans.get(key) ?? { codec, step: rate.step, pixels: width * height, lines: [] };
    plan.lines.push(line);
    plans.set(key, plan);
  }
  const sorted = [...plans.values()].sort(
    (a, b) => a.codec.localeCompare(b.codec) || a.step - b.step || a.pixels - b.pixels,
  );
  while (sorted.length > MOST_GROUPS) joinNearest(sorted);
  return sorted;
}

/** Two of the same codec that differ least get what the slower one can take. */
function joinNearest(plans: Plan[]): void {
  let best = -1;
  let least = Infinity;
  for (let index = 1; index < plans.length; index++) {
    const [slower, quicker] = [plans[index - 1], plans[index]];
    if (slower === undefined || quicker === undefined || slower.codec !== quicker.codec) continue;
    if (quicker.step - slower.step >= least) continue;
    best = index;
    least = quicker.step - slower.step;
  }
  const [joined] = plans.splice(best, 1);
  plans[best - 1]?.lines.push(...(joined?.lines ?? []));
}

/** The one that serves most of them already: then nobody needs a new key frame. */
function closestGroup(groups: Iterable<EncoderGroup>, { codec, lines }: Plan): EncoderGroup | undefined {
  let best: EncoderGroup | undefined;
  let most = -1;
  for (const group of groups) {
    if (group.codec !== codec) continue;
    const common = lines.filter((line) => group.lines.has(line)).length;
    if (common <= most) continue;
    best = group;
    most = common;
  }
  return best;
}
