internal import NIOCore

extension ByteBuffer {
    /// Takes in what came; without a copy when nothing is waiting.
    mutating func append(_ piece: ByteBuffer) {
        if readableBytes == 0 {
            self = piece
        } else {
            var piece = piece
            writeBuffer(&piece)
        }
    }

    /// Gives back what was read: all of it at once, so that the channel can use it for its next read.
    mutating func reclaim() {
        if readableBytes == 0 {
            self = ByteBuffer()
        } else if readerIndex > 64 << 10 {
            discardReadBytes()
        }
    }
}
