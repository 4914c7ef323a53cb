"""Builds what a node does for its rooms, each part from those before it."""

from __future__ import annotations

from functools import partial

from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admissions import AdmissionHandler, admission_queue
from fullhouse.realtime.broadcasts import BroadcastScheduler
from fullhouse.realtime.connection_limit import ConnectionLimit
from fullhouse.realtime.deadlines import Deadlines
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.hub import Hub
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.parts import Realtime
from fullhouse.realtime.place_endings import PlaceEndings
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Broadcast, Frames, Offers, RealtimeMetrics, Watching
from fullhouse.realtime.queue_progress import QueueProgress
from fullhouse.realtime.resync import Resync
from fullhouse.realtime.rounds import Rounds
from fullhouse.store.bus import EventBus
from fullhouse.store.orphaned_rooms import OrphanedRooms
from fullhouse.store.stores import Stores
from fullhouse.store.walk import Walk
from fullhouse.supervise import BackgroundTasks

SWEEP_S = 1.0  # a stalled room would be noticed: the step of its clock is at most two seconds


def build_realtime(
    stores: Stores,
    bus: EventBus,
    *,
    frames: Frames,
    offers: Offers,
    broadcast: Broadcast,
    background_tasks: BackgroundTasks,
    metrics: RealtimeMetrics,
    beat_s: float,
    person_connections: int,
    watching: Watching,
) -> Realtime:
    rooms, index = stores.rooms, stores.room_index
    local_rooms = LocalRooms()
    places = PlaceUpdates(rooms, frames)
    hosts = HostUpdates(frames, offers, background_tasks, metrics)
    connection_limit = ConnectionLimit(
        stores.connection_counts, local_rooms, background_tasks, most=person_connections
    )
    replies = AdmissionReplies(frames, places, hosts, metrics, connection_limit.joined)
    queue = admission_queue(AdmissionHandler(rooms, bus, index, replies), background_tasks)
    endings = PlaceEndings(frames, hosts, queue)
    lease_renewal = LeaseRenewal(
        rooms=rooms,
        places=places,
        endings=endings,
        metrics=metrics,
        local_rooms=local_rooms,
        background_tasks=background_tasks,
    )
    event_fanout = EventFanout(
        frames=frames,
        places=places,
        hosts=hosts,
        endings=endings,
        scheduler=BroadcastScheduler(background_tasks),
        background_tasks=background_tasks,
        metrics=metrics,
        broadcast=broadcast,
        report_members=lease_renewal.report_members_soon,
    )
    forgotten = ForgottenRooms(rooms, stores.idle_rooms)
    deadlines = Deadlines(
        rooms=rooms,
        index=index,
        walk=Walk(stores.redis, stores.keys.rooms_walk),
        orphaned_rooms=OrphanedRooms(stores.redis, stores.keys),
        forgotten=forgotten,
        places=places,
        event_fanout=event_fanout,
        local_rooms=local_rooms,
        background_tasks=background_tasks,
    )
    return Realtime(
        hub=Hub(
            rooms=rooms,
            bus=bus,
            frames=frames,
            local_rooms=local_rooms,
            places=places,
            queue=queue,
            event_fanout=event_fanout,
            background_tasks=background_tasks,
            watching=watching,
        ),
        lease_renewal=lease_renewal,
        renewals=Rounds(
            beat_s, local_rooms, lease_renewal.visit, partial(metrics.round_delayed, "renewals")
        ),
        deadlines=deadlines,
        sweeps=Rounds(
            SWEEP_S, local_rooms, deadlines.visit, partial(metrics.round_delayed, "sweeps")
        ),
        forgotten=forgotten,
        resync=Resync(
            lease_renewal=lease_renewal,
            places=places,
            hosts=hosts,
            endings=endings,
            metrics=metrics,
            local_rooms=local_rooms,
        ),
        connection_limit=connection_limit,
        queue_progress=QueueProgress(rooms, places, frames, local_rooms),
        local_rooms=local_rooms,
    )
