package import Deployments

/// One raw record of a live source, with bytes of its own.
package struct LiveRecord: Sendable, Equatable {
    /// The record without its line end.
    package var bytes: [UInt8]
    /// Where it stands: path and byte offset of a file; a name and a number of others.
    package var position: ContainerDeployment.LogPosition
    /// What intake already knows to be wrong.
    package var defects: Set<RecordDefect>

    package init(bytes: [UInt8], position: ContainerDeployment.LogPosition, defects: Set<RecordDefect> = []) {
        self.bytes = bytes
        self.position = position
        self.defects = defects
    }
}
