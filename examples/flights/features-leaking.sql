-- WRONG ON PURPOSE: the challenger of the demo that looks better and is worse. It is features.sql with one line changed: history
-- counts a flight from its departure on, not from its landing, so the flight itself and others still in the air are in it.

CREATE OR REPLACE TEMP TABLE flight AS
SELECT *,
  time_bucket(INTERVAL '15 minutes', departed_at) AS now,
  time_bucket(INTERVAL '15 minutes', departed_at) AS known
FROM departures;

CREATE OR REPLACE TEMP TABLE arrivals AS
SELECT airport, known,
  sum(flights) OVER (PARTITION BY airport ORDER BY known)::INTEGER AS flights,
  sum(late) OVER (PARTITION BY airport ORDER BY known)::INTEGER AS late
FROM (SELECT destination AS airport, known, count(*) AS flights, sum(late) AS late FROM flight GROUP BY ALL);

CREATE OR REPLACE TEMP TABLE outbound AS
SELECT airport, known,
  sum(flights) OVER (PARTITION BY airport ORDER BY known)::INTEGER AS flights,
  sum(late) OVER (PARTITION BY airport ORDER BY known)::INTEGER AS late
FROM (SELECT origin AS airport, known, count(*) AS flights, sum(late) AS late FROM flight GROUP BY ALL);

CREATE OR REPLACE TEMP TABLE route AS
SELECT origin, destination, known,
  sum(flights) OVER (PARTITION BY origin, destination ORDER BY known)::INTEGER AS flights,
  sum(late) OVER (PARTITION BY origin, destination ORDER BY known)::INTEGER AS late
FROM (SELECT origin, destination, known, count(*) AS flights, sum(late) AS late FROM flight GROUP BY ALL);

CREATE OR REPLACE TEMP MACRO late_ratio(late_now, late_before, flights_now, flights_before, prior_flights) AS
  ((coalesce(late_now, 0) - coalesce(late_before, 0) + 0.2 * prior_flights)
    / (coalesce(flights_now, 0) - coalesce(flights_before, 0) + prior_flights))::FLOAT;

CREATE OR REPLACE TEMP TABLE airport_history AS
SELECT moment.airport, moment.now,
  late_ratio(a.late, a1.late, a.flights, a1.flights, 5) AS arrivals_late_1h,
  late_ratio(a.late, a24.late, a.flights, a24.flights, 5) AS arrivals_late_24h,
  (coalesce(a.flights, 0) - coalesce(a24.flights, 0))::FLOAT AS arrivals_24h
FROM (SELECT origin AS airport, now FROM flight UNION SELECT destination, now FROM flight) AS moment
ASOF LEFT JOIN arrivals AS a ON a.airport = moment.airport AND a.known <= moment.now
ASOF LEFT JOIN arrivals AS a1 ON a1.airport = moment.airport AND a1.known <= moment.now - INTERVAL '1 hour'
ASOF LEFT JOIN arrivals AS a24 ON a24.airport = moment.airport AND a24.known <= moment.now - INTERVAL '24 hours';

CREATE OR REPLACE TEMP TABLE origin_history AS
SELECT moment.airport, moment.now, late_ratio(o.late, o2.late, o.flights, o2.flights, 5) AS departures_late_2h
FROM (SELECT DISTINCT origin AS airport, now FROM flight) AS moment
ASOF LEFT JOIN outbound AS o ON o.airport = moment.airport AND o.known <= moment.now
ASOF LEFT JOIN outbound AS o2 ON o2.airport = moment.airport AND o2.known <= moment.now - INTERVAL '2 hours';

DROP TABLE arrivals;
DROP TABLE outbound;

CREATE OR REPLACE TEMP TABLE route_history AS
SELECT moment.flight_id,
  late_ratio(r.late, r1.late, r.flights, r1.flights, 5) AS late_24h,
  late_ratio(r.late, r28.late, r.flights, r28.flights, 20) AS late_28d
FROM (SELECT flight_id, origin, destination, now FROM flight) AS moment
ASOF LEFT JOIN route AS r ON r.origin = moment.origin AND r.destination = moment.destination AND r.known <= moment.now
ASOF LEFT JOIN route AS r1
  ON r1.origin = moment.origin AND r1.destination = moment.destination AND r1.known <= moment.now - INTERVAL '24 hours'
ASOF LEFT JOIN route AS r28
  ON r28.origin = moment.origin AND r28.destination = moment.destination AND r28.known <= moment.now - INTERVAL '28 days';

DROP TABLE route;

SELECT
  f.flight_id, f.departed_at, f.landed_at,
  f.hour,
  f.weekday,
  f.distance,
  origin_side.arrivals_late_1h AS origin_arrivals_late_1h,
  origin_history.departures_late_2h AS origin_departures_late_2h,
  origin_side.arrivals_24h AS origin_arrivals_24h,
  destination_side.arrivals_late_1h AS destination_arrivals_late_1h,
  destination_side.arrivals_late_24h AS destination_arrivals_late_24h,
  destination_side.arrivals_24h AS destination_arrivals_24h,
  route_history.late_24h AS route_late_24h,
  route_history.late_28d AS route_late_28d,
  f.late
FROM flight AS f
JOIN airport_history AS origin_side ON origin_side.airport = f.origin AND origin_side.now = f.now
JOIN airport_history AS destination_side ON destination_side.airport = f.destination AND destination_side.now = f.now
JOIN origin_history ON origin_history.airport = f.origin AND origin_history.now = f.now
JOIN route_history USING (flight_id)
ORDER BY f.flight_id;
