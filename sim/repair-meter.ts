/** Repairs of one kind: how many ended, what they read and wrote, how long any was under way. */
export class RepairMeter {
  ended = 0
  bytes = 0
  private busyUs = 0
  private running = 0
  private sinceUs = 0

  begin(atUs: number): void {
    if (this.running === 0) this.sinceUs = atUs
    this.running += 1
  }

  end(atUs: number, bytes: number): void {
    this.stop(atUs)
    this.ended += 1
    this.bytes += bytes
  }

  /** It was given up: its time counts, because the pools worked. */
  stop(atUs: number): void {
    this.running -= 1
    if (this.running === 0) this.busyUs += atUs - this.sinceUs
  }

  busyUntil(atUs: number): number {
    return this.busyUs + (this.running === 0 ? 0 : atUs - this.sinceUs)
  }
}
