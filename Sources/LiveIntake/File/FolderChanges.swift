internal import Dispatch
internal import Intake
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Tells when something changes in folders, where the system can say so (inotify(7)).
///
/// It is a wake-up and no more: files on network file systems, changes that the kernel had no room to note and folders
/// beyond the number that may be watched are not told, so files are looked at now and then all the same.
final class FolderChanges {
    private let events: FolderEvents
    private let alarm: Alarm

    /// Waits until something has changed, `duration` is over or the task is cancelled.
    func wait(for duration: Duration) async { await alarm.wait(for: duration) }

    /// What has changed since the last time.
    func taken() -> FolderEvents.Changes { events.taken() }

    /// Says which files' growth is to be told.
    func setWanted(_ paths: Set<String>) { events.setWanted(paths) }

    #if canImport(Glibc)
        private let descriptor: Int32
        private let source: (any DispatchSourceRead)?

        init() {
            let (events, alarm) = (FolderEvents(), Alarm())
            (self.events, self.alarm) = (events, alarm)
            let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            self.descriptor = descriptor
            guard descriptor >= 0 else {
                source = nil
                return
            }
            let source = DispatchSource.makeReadSource(
                fileDescriptor: descriptor,
                queue: DispatchQueue(label: "tidewaiter.folders")
            )
            self.source = source
            source.setEventHandler { if events.read(from: descriptor) { alarm.ring() } }
            // Only then does nobody read from it any longer.
            source.setCancelHandler { close(descriptor) }
            source.activate()
        }

        deinit { source?.cancel() }

        /// Watches these folders, and no others.
        ///
        /// - Returns: whether there are some among them that were not watched before.
        @discardableResult func watch(_ folders: Set<String>) -> Bool {
            guard descriptor >= 0 else { return false }
            var areMore = false
            for watch in events.leaveAll(but: folders) { inotify_rm_watch(descriptor, watch) }
            for folder in folders where !events.isWatched(folder) {
                let watch = unsafe PathText.withPath(folder) { path in
                    unsafe inotify_add_watch(descriptor, path, FolderEvents.mask)
                }
                if watch >= 0 {
                    events.name(watch, folder)
                    areMore = true
                }
            }
            return areMore
        }
    #else
        init() { (events, alarm) = (FolderEvents(), Alarm()) }

        @discardableResult func watch(_ folders: Set<String>) -> Bool { false }
    #endif
}
