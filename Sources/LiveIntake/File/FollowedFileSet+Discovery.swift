internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension FollowedFileSet {
    /// Looks for files that are not followed yet.
    ///
    /// That is done as often as files are looked at, but no more than a two-hundredth of the time. Where the system tells
    /// of changes, a new name has it done at once; names that come all the time, for a tenth of the time.
    func discover(at now: ContinuousClock.Instant) {
        let start = ContinuousClock.now
        let begin = isFirst ? configuration.from : .beginning
        isFirst = false
        excess = 0
        var known = knownIdentities
        for pattern in patterns {
            for path in pattern.matches where entries[path] == nil {
                guard isWanted(path, pattern) else { continue }
                if let identity = FileIdentity(path) {
                    if let owner = known[identity] {
                        take(path, over: owner, at: now)
                        continue
                    }
                    known[identity] = path
                }
                add(path, nil, begin, at: now)
            }
        }
        let areMoreWatched = watchFolders()
        let cost = ContinuousClock.now - start
        // What came into a folder before it was watched is not told.
        let soonest = start + cost * 10
        earliestDiscovery = soonest
        nextDiscovery = areMoreWatched ? soonest : start + max(configuration.pollInterval, cost * 200)
    }

    /// Whether the configuration names `path` in any way.
    func isFollowed(_ path: String) -> Bool {
        patterns.contains { $0.matches(path) } && !isExcluded(path) && filter.accepts(path)
    }

    private func isExcluded(_ path: String) -> Bool { exclusions.contains { $0.matchesAcrossFolders(path) } }

    private func isWanted(_ path: String, _ pattern: PathPattern) -> Bool {
        guard !isExcluded(path), filter.accepts(path) else { return false }
        guard pattern.isPattern else { return true }
        let name = path.fileName
        guard !RotatedName.isCompressed(name), case .file? = FileKind(at: path) else { return false }
        // What was rotated away belongs to the log that it was.
        let folder = path.folderPath
        return !RotatedName.readings(of: name).contains { reading in
            let base = folder.appending(fileName: reading.base)
            return entries[base] != nil || (pattern.matches(base) && FileKind(at: base) != nil)
        }
    }

    /// Which stream has which file, by what it has read and by what stands at its path.
    private var knownIdentities: [FileIdentity: String] {
        var known: [FileIdentity: String] = [:]
        for (path, entry) in entries {
            if let identity = entry.file.cursor?.identity { known[identity] = path }
            if let identity = FileIdentity(path) { known[identity] = path }
        }
        return known
    }

    /// Goes on under a new name with a file that was renamed; a second name of a file is left out.
    private func take(_ path: String, over owner: String, at now: ContinuousClock.Instant) {
        guard let entry = entries[owner], !entry.isNamed, FileIdentity(owner) == nil, let cursor = entry.file.cursor
        else {
            return
        }
        add(path, cursor, .beginning, at: now)
        entries[path]?.file.isAdopted = true
        // Its stream ends once that of the new name is remembered.
        entries[owner]?.file.close()
        entries[owner]?.failedSince = now - configuration.removalWait
        entries[owner]?.failure = .absence
        entries[owner]?.due = now + configuration.pollInterval
    }

    /// Follows `path` from now on.
    func add(
        _ path: String,
        _ cursor: FileCursor?,
        _ begin: FollowedFiles.Start,
        at now: ContinuousClock.Instant
    ) {
        guard entries.count < configuration.maximumFiles else {
            excess += 1
            return
        }
        let options = FollowedFile.Options(
            // What is not there yet has never been there.
            begin: FileKind.reasonForNone(at: path) == SystemError.words(ENOENT) ? .beginning : begin,
            rotationWait: configuration.rotationWait,
            accepts: filter.acceptsTarget
        )
        entries[path] = Entry(
            file: FollowedFile(path: path, cursor: cursor, options),
            isNamed: patterns.contains { !$0.isPattern && $0.text == path },
            due: now,
            lastAsked: now
        )
        order.append(path)
    }

    /// - Returns: whether there are folders among them that were not watched before.
    private func watchFolders() -> Bool {
        var folders = Set(patterns.flatMap(\.folders))
        streams = [:]
        for (path, entry) in entries {
            entry.file.resolve()
            for name in Set([path, entry.file.realPath]) {
                folders.insert(name.folderPath)
                streams[name, default: []].append(path)
            }
        }
        changes.setWanted(Set(streams.keys))
        return changes.watch(folders)
    }
}
