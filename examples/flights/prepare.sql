-- One row per flight, on one clock. Input: flights (date, delay, distance, origin, destination), US DOT via vega-datasets.
--
-- What the source does not say, seen in the data (README.md, "What the data really holds"):
-- `date` is the actual departure on the local clock of the origin, under the calendar date of the schedule.
-- A flight that left after midnight therefore stands a day too early; departures recorded before 04:00 are left out (0.6 %).
-- There is no landing time. It is put as late as it can have been (450 mph, 30 min on the ground, plus the whole delay),
-- so that nothing counts as known before it was.

CREATE OR REPLACE TEMP TABLE airport_zones AS
SELECT unnest(string_split(airports, ' ')) AS airport, zone
FROM (VALUES
  ('America/Chicago', 'ABI ACT AMA AUS BHM BIS BMI BNA BPT BRO BTR CID CLL CMI CRP DAL DBQ DFW DLH DSM EVV FAR FSD FSM GFK GGG GPT GRB HOU HRL HSV IAH ICT ILE JAN LAW LBB LFT LIT LNK LRD LSE MAF MCI MDW MEM MFE MKE MLI MLU MOB MOT MSN MSP MSY OKC OMA ORD PIA PNS RST SAT SGF SHV SJT SPS STL SUX TUL TXK TYR VPS XNA'),
  ('America/Denver', 'ABQ BIL BOI BZN COS DEN DRO EGE ELP FCA GTF GUC HDN HLN JAC MSO MTJ RAP SLC'),
  ('America/Phoenix', 'PHX TUS'),
  ('America/Los_Angeles', 'BFL BUR EUG FAT GEG LAS LAX LGB MFR MRY OAK ONT PDX PSC PSP RNO SAN SBA SBP SEA SFO SJC SMF SNA'),
  ('America/Anchorage', 'ADQ AKN ANC BET BRW CDV DLG DUT FAI GST JNU KTN OME OTZ SCC SIT WRG YAK'),
  ('America/Adak', 'ADK'),
  ('Pacific/Honolulu', 'HNL ITO KOA LIH OGG'),
  ('America/Puerto_Rico', 'BQN SJU STT STX'),
  ('America/Indianapolis', 'FWA IND SBN')
) AS listed(zone, airports);

-- the instant at which a zone's clock shows a full hour: asked once per hour, not once per flight
CREATE OR REPLACE TEMP TABLE zone_hours AS
SELECT zone, local_hour, timezone('UTC', timezone(zone, local_hour)) AS instant
FROM (SELECT DISTINCT date_trunc('hour', date) AS local_hour FROM flights)
CROSS JOIN (SELECT DISTINCT zone FROM airport_zones UNION ALL SELECT 'America/New_York');

WITH clocked AS (
  SELECT
    instant + (date - local_hour) AS departed_at,
    hour(date) + minute(date) / 60.0 AS hour,
    isodow(date) AS weekday,
    delay, distance, origin, destination
  FROM flights
  LEFT JOIN airport_zones ON airport = origin
  JOIN zone_hours ON zone_hours.zone = coalesce(airport_zones.zone, 'America/New_York')
    AND local_hour = date_trunc('hour', date)
  WHERE hour(date) >= 4
)
SELECT
  -- delay only orders flights that are alike in all else, so that the numbering is the same each time
  row_number() OVER (ORDER BY departed_at, origin, destination, distance, delay)::INTEGER AS flight_id,
  departed_at,
  departed_at + to_minutes(30 + ceil(distance / 7.5)::BIGINT + greatest(delay, 0)) AS landed_at,
  origin,
  destination,
  hour::FLOAT AS hour,
  weekday::FLOAT AS weekday,
  distance::FLOAT AS distance,
  (delay > 15)::TINYINT AS late
FROM clocked
ORDER BY flight_id;
