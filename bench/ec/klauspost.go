// klauspost/reedsolomon on one thread, on as many bytes as the engines have. Reads orders, one a line:
//
//	open DATA PARITY SHARD_BYTES STRIPES
//	sample MILLISECONDS OPERATION
//
// and answers each with one number: of a sample, 10^9 bytes of data a second.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/klauspost/reedsolomon"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func work(encoder reedsolomon.Encoder, shards [][]byte, operation string, parity int) {
	lost := 1
	switch operation {
	case "encode":
		check(encoder.Encode(shards))
		return
	case "rebuildAll":
		lost = parity
	}
	for shard := 0; shard < lost; shard++ {
		shards[shard] = shards[shard][:0]
	}
	check(encoder.Reconstruct(shards))
}

func main() {
	runtime.GOMAXPROCS(1)
	var order, operation string
	var data, parity, shardBytes, stripes int
	var milliseconds float64
	var encoder reedsolomon.Encoder
	var all [][][]byte
	for {
		if _, err := fmt.Scan(&order); err != nil {
			return
		}
		if order == "open" {
			_, err := fmt.Scan(&data, &parity, &shardBytes, &stripes)
			check(err)
			encoder, err = reedsolomon.New(data, parity, reedsolomon.WithMaxGoroutines(1))
			check(err)
			all = nil
			for stripe := 0; stripe < stripes; stripe++ {
				shards := make([][]byte, data+parity)
				for shard := range shards {
					shards[shard] = make([]byte, shardBytes)
					for at := range shards[shard] {
						shards[shard][at] = byte(at*7 + shard + stripe)
					}
				}
				check(encoder.Encode(shards))
				all = append(all, shards)
			}
			fmt.Println(0)
			continue
		}
		_, err := fmt.Scan(&milliseconds, &operation)
		check(err)
		rounds := 0
		begin := time.Now()
		for time.Since(begin).Seconds() < milliseconds/1000 {
			for _, shards := range all {
				work(encoder, shards, operation, parity)
			}
			rounds++
		}
		bytes := float64(rounds) * float64(stripes*data*shardBytes)
		fmt.Printf("%f\n", bytes/time.Since(begin).Seconds()/1e9)
	}
}
