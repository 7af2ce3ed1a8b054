"""Reads a coded directory by docs/coded-files.md alone: read_coded.py DIR > FILE.

Standard library only. Lost shards of the gf256/1 family are solved for; of other families only the
data shards are read.
"""
import os
import struct
import sys

PAGE = 4096


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC[crc & 255 ^ byte]
    return crc ^ 0xFFFFFFFF


def multiply(one, other):
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = one << 1 ^ (0x11D if one & 128 else 0)
        other >>= 1
    return product


PRODUCTS = [bytes(multiply(one, other) for other in range(256)) for one in range(256)]
INVERSE = [0] + [PRODUCTS[one].index(1) for one in range(1, 256)]


def add_multiple(row, factor, other):
    """Of rows of coefficients, and of blocks, alike: row + factor * other."""
    sum_of = int.from_bytes(row, "little") ^ int.from_bytes(
        other.translate(PRODUCTS[factor]), "little"
    )
    return sum_of.to_bytes(len(row), "little")


def cauchy(k, m):
    return [
        bytes(multiply(INVERSE[(k + p) ^ d], k ^ d) for d in range(k)) for p in range(m)
    ]


def parity_rows(code):
    kind, k, m, g = code
    if kind == 1:
        return cauchy(k, m)
    size = k // m
    local = [bytes(d // size == group for d in range(k)) for group in range(m)]
    if g > 2:
        return local + cauchy(k, g + 1)[1:]
    halves = m == 2 and size <= 15
    first = [d - size + 1 << 4 if halves and d >= size else d + 1 for d in range(k)]
    rows = [bytes(first), bytes(multiply(a, a) for a in first)]
    return local + rows[:g]


def read_header(page):
    if page[:8] != b"CoucheEC" or crc32c(page[:4092]) != struct.unpack("<I", page[4092:])[0]:
        return None
    version, page_bytes, family = struct.unpack_from("<II16s", page, 8)
    assert version == 1 and page_bytes == PAGE
    code = struct.unpack_from("<4B", page, 32)
    pools, pool, stripe, shard, block, blocks, stripes, user = struct.unpack_from(
        "<HHQQIIQQ", page, 36
    )
    volume, epoch = struct.unpack_from("<16sQ", page, 80)
    family = family.rstrip(b"\0").decode()
    return (family, code, pools, stripe, shard, block, blocks, stripes, user, volume, epoch), pool


def open_containers(directory):
    found, headers = {}, []
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name, "container")
        if not name.startswith("pool-") or not os.path.isfile(path):
            continue
        file = open(path, "rb")
        header = read_header(file.read(PAGE).ljust(PAGE, b"\0"))
        if header:
            headers.append(header[0])
        found[header[1] if header else int(name[5:])] = file
    return found, max(headers, key=headers.count)


def good_block(file, header, shard, stripe, block):
    _, _, _, _, shard_bytes, block_bytes, _, _, _, volume, epoch = header
    slot = PAGE + stripe * (shard_bytes + PAGE)
    length = min(block_bytes, shard_bytes - block * block_bytes)
    file.seek(slot + block * block_bytes)
    data = file.read(length)
    file.seek(slot + shard_bytes + 128 + 64 * block)
    trailer = file.read(64)
    if len(trailer) < 64 or crc32c(trailer[:60]) != struct.unpack_from("<I", trailer, 60)[0]:
        return None
    belongs = volume + struct.pack("<QQQHHI", stripe, 1, epoch, shard, block, length)
    if trailer[:48] != belongs or crc32c(data) != struct.unpack_from("<I", trailer, 48)[0]:
        return None
    return data


def solve(rows, blocks, k):
    """The data blocks, from as many independent rows with their blocks; None for the others."""
    work = [row + block for row, block in zip(rows, blocks)]
    done = 0
    for column in range(k):
        pivot = next((at for at in range(done, len(work)) if work[at][column]), None)
        if pivot is None:
            continue
        work[done], work[pivot] = work[pivot], work[done]
        work[done] = work[done].translate(PRODUCTS[INVERSE[work[done][column]]])
        for at, row in enumerate(work):
            if at != done and row[column]:
                work[at] = add_multiple(row, row[column], work[done])
        done += 1
    solved = [None] * k
    for row in work[:done]:
        if sum(map(bool, row[:k])) == 1:
            solved[next(at for at in range(k) if row[at])] = row[k:]
    return solved


def read_word(containers, header, stripe, block):
    family, code, pools = header[:3]
    k = code[1]
    read = lambda shard: shard in containers and good_block(
        containers[shard], header, shard, stripe, block
    )
    data = [read(shard) or None for shard in range(k)]
    if None not in data or family != "gf256/1":
        return data
    unit = [bytes(at == shard for at in range(k)) for shard in range(k)]
    known = [(unit[shard], data[shard]) for shard in range(k) if data[shard] is not None]
    for shard, row in enumerate(parity_rows(code), k):
        parity = read(shard)
        if parity:
            known.append((row, parity))
    return solve([row for row, _ in known], [one for _, one in known], k)


def main(directory, out):
    containers, header = open_containers(directory)
    _, code, _, stripe_bytes, _, _, blocks, stripes, user_bytes, _, _ = header
    for stripe in range(stripes):
        words = [read_word(containers, header, stripe, block) for block in range(blocks)]
        if any(one is None for word in words for one in word):
            sys.exit(f"stripe {stripe} is lost")
        data = b"".join(word[shard] for shard in range(code[1]) for word in words)
        out.write(data[: min(stripe_bytes, user_bytes - stripe * stripe_bytes)])


if __name__ == "__main__":
    main(sys.argv[1], sys.stdout.buffer)
