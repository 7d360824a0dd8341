/**
 * Field numbers of Perfetto's trace format that are written here, message by message, after the `.proto` files below
 * protos/perfetto/trace of github.com/google/perfetto.
 */
export const fields = {
  /** trace.proto */
  Trace: { packet: 1 },
  /** trace_packet.proto */
  TracePacket: {
    clockSnapshot: 6,
    timestamp: 8,
    sequenceId: 10,
    trackEvent: 11,
    internedData: 12,
    sequenceFlags: 13,
    defaults: 59,
    trackDescriptor: 60,
  },
  /** trace_packet_defaults.proto */
  TracePacketDefaults: { timestampClockId: 58 },
  /** clock_snapshot.proto */
  ClockSnapshot: { clocks: 1, primaryTraceClock: 2 },
  Clock: { clockId: 1, timestamp: 2 },
  /** track_event/track_descriptor.proto */
  TrackDescriptor: {
    uuid: 1,
    name: 2,
    process: 3,
    thread: 4,
    parentUuid: 5,
    counter: 8,
    siblingOrderRank: 12,
    processOrdering: 19,
    threadOrdering: 20,
  },
  /** track_event/process_descriptor.proto */
  ProcessDescriptor: { pid: 1, processName: 6 },
  /** track_event/thread_descriptor.proto */
  ThreadDescriptor: { pid: 1, tid: 2, threadName: 5 },
  /** track_event/counter_descriptor.proto */
  CounterDescriptor: { unit: 3, unitName: 6 },
  /** track_event/track_event.proto */
  TrackEvent: {
    categoryIids: 3,
    debugAnnotations: 4,
    type: 9,
    nameIid: 10,
    trackUuid: 11,
    doubleCounterValue: 44,
    flowIds: 47,
  },
  /** track_event/debug_annotation.proto */
  DebugAnnotation: { nameIid: 1, intValue: 4, doubleValue: 5, stringValueIid: 17 },
  /** interned_data/interned_data.proto; each entry is `iid` and its text */
  InternedData: {
    eventCategories: 1,
    eventNames: 2,
    debugAnnotationNames: 3,
    debugAnnotationStrings: 29,
  },
  /** EventCategory, EventName and DebugAnnotationName; InternedString of profiling/profile_common.proto */
  Interned: { iid: 1, text: 2 },
} as const;

/** track_event/track_event.proto, `Type` */
export const eventTypes = { sliceBegin: 1, sliceEnd: 2, instant: 3, counter: 4 } as const;

/** trace_packet.proto, `SequenceFlags` */
export const sequenceFlags = { incrementalStateCleared: 1, needsIncrementalState: 2 } as const;

/** common/builtin_clock.proto; from 64 to 127 are clocks that a sequence defines for itself (clock_snapshot.proto) */
export const clocks = { realtime: 1, boottime: 6, ofTimeline: 64 } as const;

/** track_event/track_descriptor.proto, `ProcessOrdering` and `ThreadOrdering` */
export const explicitOrdering = 1;

/** track_event/counter_descriptor.proto, `Unit` */
export const unitBytes = 3;
